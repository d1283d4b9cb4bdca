"""What keys have used, on a Redis server: a hash per key, changed by one script at a time with the server's clock.

The scripts do what `gateway.team.sqlite.usage` does, number by number; the same tests hold for both.
"""

from __future__ import annotations

from gateway.team.key import Limits
from gateway.team.limits import DAY, MINUTE, REQUESTS, TINY, TOKENS, Taken, allowance, exceeded, exceeded_day
from gateway.team.redis.keys import KEYS, usage_of
from gateway.team.redis.server import RedisServer

# KEYS: the key's usage, all API keys. ARGV: name, now, tokens, and the three limits ('' where there is none).
_SHARED = f"""
local usage, now, tokens = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end
local day = math.floor(now / {DAY})
local function exact(number) return string.format('%.17g', number) end
local function level(what, limit)
  local kept = redis.call('HMGET', usage, what, what .. ':at')
  if not kept[1] then return limit end
  local left, at = tonumber(kept[1]), tonumber(kept[2])
  if at > now + {MINUTE} then return limit end
  return math.min(limit, left + math.max(0, now - at) * limit / {MINUTE})
end
local function set_level(what, left)
  redis.call('HSET', usage, what, exact(left), what .. ':at', exact(now))
end
local function of_day()
  local kept = redis.call('HMGET', usage, 'day', 'day:tokens')
  return tonumber(kept[1] or -1) == day and tonumber(kept[2]) or 0
end
local function add_to_day(more)
  redis.call('HSET', usage, 'day', exact(day), 'day:tokens', exact(math.max(0, of_day() + more)))
end
local there = redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1
local requests_limit, tokens_limit, day_limit = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
"""
_KEEP = f"redis.call('EXPIRE', usage, {2 * DAY})\n"
_TAKE = f"""{_SHARED}
if not there then return {{'gone'}} end
local asked, levels = {{}}, {{'taken'}}
if requests_limit then table.insert(asked, {{'{REQUESTS}', requests_limit, 1}}) end
if tokens_limit then table.insert(asked, {{'{TOKENS}', tokens_limit, tokens}}) end
for _, bucket in ipairs(asked) do
  local left = level(bucket[1], bucket[2])
  if left < 1 - {TINY:.6f} then return {{'exceeded', bucket[1], exact(left)}} end
  bucket[4] = left - bucket[3]
end
if day_limit then
  if of_day() >= day_limit then return {{'day', exact(now)}} end
  add_to_day(tokens)
end
for _, bucket in ipairs(asked) do
  set_level(bucket[1], bucket[4])
  table.insert(levels, bucket[1])
  table.insert(levels, exact(bucket[4]))
end
{_KEEP}return levels
"""
_SETTLE = f"""{_SHARED}
if not there then return 0 end
if tokens_limit then set_level('{TOKENS}', math.min(tokens_limit, level('{TOKENS}', tokens_limit) - tokens)) end
if day_limit then add_to_day(tokens) end
{_KEEP}return 1
"""


class RedisUsage:
    """Buckets and the day's tokens, a hash per key; it goes when it has not been used for two days."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server

    async def take(self, name: str, limits: Limits, tokens: int, now: float | None) -> Taken:
        """Take from all buckets of a key, or from none."""
        what, *rest = await self._run(_TAKE, name, limits, tokens, now)
        of = {REQUESTS: limits.requests_per_minute, TOKENS: limits.tokens_per_minute}
        if what == "gone":
            return None
        if what == "day":
            return exceeded_day(limits.tokens_per_day or 0, float(rest[0]))
        if what == "exceeded":
            return exceeded(rest[0], of[rest[0]] or 0, float(rest[1]))
        pairs = zip(rest[::2], rest[1::2], strict=True)
        return tuple(allowance(bucket, of[bucket] or 0, float(level)) for bucket, level in pairs)

    async def settle(self, name: str, limits: Limits, more: int, now: float | None) -> None:
        """Take `more` tokens, however much is left."""
        await self._run(_SETTLE, name, limits, more, now)

    async def _run(self, script: str, name: str, limits: Limits, tokens: int, now: float | None) -> list[str]:
        asked = (limits.requests_per_minute, limits.tokens_per_minute, limits.tokens_per_day)
        given = ["" if limit is None else limit for limit in asked]
        async with self._server.use() as client:
            answer = await client.register_script(script)(
                keys=[usage_of(name), KEYS], args=[name, "" if now is None else repr(now), tokens, *given]
            )
        return [part.decode() for part in answer] if isinstance(answer, list) else []
