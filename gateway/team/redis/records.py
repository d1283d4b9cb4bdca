"""Records on a Redis server: a hash each, which ends by itself, and a sorted set of tokens per shelf."""

from __future__ import annotations

import math

from gateway.team.records import Kept
from gateway.team.redis.server import PREFIX, RedisServer

_RECORD, _SHELF, _KEY = f"{PREFIX}record:", f"{PREFIX}shelf:", f"{PREFIX}records:key"
# KEYS: record, shelf. ARGV: token, label, value, when it ends, milliseconds until then, now, whether there is a
# condition, most, and the value that may be replaced.
_PUT = f"""
local there = redis.call('HGET', KEYS[1], 'value')
if ARGV[7] == '1' and there and there ~= ARGV[9] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'label', ARGV[2], 'value', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[6])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
local beyond = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[8])
if beyond > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[2], beyond)
  for place = 1, #gone, 2 do redis.call('DEL', '{_RECORD}' .. gone[place]) end
end
return 1
"""


class RedisRecords:
    """Records on a server; what has ended it forgets by itself."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server

    async def put(self, kept: Kept, now: float, *, over: bytes | None, most: int) -> bool:
        """Keep a record."""
        milliseconds = max(1, math.ceil((kept.expires - now) * 1000))
        async with self._server.use() as client:
            done = await client.register_script(_PUT)(
                keys=[_RECORD + kept.token, _SHELF + kept.shelf],
                args=[
                    *(kept.token, kept.label, kept.value, repr(kept.expires), milliseconds, repr(now)),
                    *(int(over is not None), most, over or b""),
                ],
            )
        return bool(done)

    async def get(self, token: str, now: float) -> bytes | None:
        """A record's value."""
        async with self._server.use() as client:
            value: bytes | None = await client.hget(_RECORD + token, "value")
            return value

    async def delete(self, token: str, shelf: str) -> bool:
        """Forget a record."""
        async with self._server.use() as client, client.pipeline(transaction=True) as pipe:
            pipe.delete(_RECORD + token)
            pipe.zrem(_SHELF + shelf, token)
            done, _ = await pipe.execute()
        return bool(done)

    async def labels(self, shelf: str, now: float, most: int) -> list[tuple[str, bytes]]:
        """Token and label of what lies on a shelf."""
        async with self._server.use() as client, client.pipeline(transaction=False) as pipe:
            tokens = await client.zrevrangebyscore(_SHELF + shelf, "+inf", f"({now!r}", start=0, num=most)
            for token in tokens:
                pipe.hget(_RECORD + token.decode(), "label")
            labels = await pipe.execute() if tokens else []
        found = zip(tokens, labels, strict=True)
        return [(token.decode(), label) for token, label in found if label is not None]

    async def expire(self, now: float) -> None:
        """Nothing: the server does it."""

    async def claim(self, fingerprint: str) -> bool:
        """Whether this key is the one that came first."""
        async with self._server.use() as client:
            await client.setnx(_KEY, fingerprint)
            kept: bytes | None = await client.get(_KEY)
        return kept == fingerprint.encode()
