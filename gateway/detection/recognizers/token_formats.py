"""The forms of keys and tokens that say whose they are, as the vendors document them: data only.

Columns stand two spaces apart: the vendor; what one of the longer words of a text must hold (one of these, as
written) for the form to be looked for, or "-"; the form, a regular expression; and, where the form alone could be
anything, words of which one must stand close before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_TABLE = r"""
# Clouds and hosting.
AWS  AKIA ASIA ABIA ACCA A3T  (?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}
AWS Bedrock  ABSK  ABSK[A-Za-z0-9+/]{109,269}={0,2}
AWS Bedrock  bedrock-api-key-  bedrock-api-key-[A-Za-z0-9+/=]{20,}
AWS MWS  amzn.mws.  amzn\.mws\.<UUID>
Google  AIza  AIza[\w-]{35}
Google OAuth  GOCSPX- ya29. 1//0  GOCSPX-[\w-]{28}|ya29\.[\w-]{20,}|1//0[\w-]{40,}
Azure storage  AccountKey= SharedAccessKey=  (?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{43,86}={1,2}
Azure SAS  sig=  (?<=[?&]sig=)[A-Za-z0-9%+/]{40,}={0,2}
Entra ID  Q~  [\w.~-]{3}\d?Q~[\w.~-]{31,34}|[\w.~-]{3,4}[78]Q~[\w.~-]{31,34}
Azure DevOps  AZDO  [A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}
Azure services  AzFu AzCa ACDb AIoT AzSe +ASt  [\w+/]{32,80}(?:AzFu|AzCa|ACDb|AIoT|AzSe|\+ASt)[\w+/]{5,12}={0,2}
Alibaba Cloud  LTAI  LTAI[A-Za-z0-9]{12,24}
Tencent Cloud  AKID  AKID[A-Za-z0-9]{28,36}
Baidu Cloud  ALTAK bce-v3  ALTAK[A-Za-z0-9]{21}|bce-v3/ALTAK[\w/-]{40,}
Volcano Engine  AKLT  AKLT[A-Za-z0-9]{32,48}={0,2}
Yandex Cloud  AQVN t1. YC  AQVN[\w-]{35,38}|t1\.[A-Z0-9][\w-]+={0,2}\.[\w-]{86}={0,2}|YC[\w-]{38}
Yandex OAuth  y0_ y1_ y2_ y3_ AQAA  y[0-3]_[\w-]{55,}|AQAAAAA[\w-]{32}
DigitalOcean  dop_v1_ doo_v1_ dor_v1_  do[opr]_v1_[a-f0-9]{64}
Heroku  HRKU-  HRKU-[\w-]{36,80}
Fly.io  fo1_ fm1 fm2_  fo1_[\w-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{80,}={0,3}
Cloudflare  v1.0-  v1\.0-[a-f0-9]{24}-[a-f0-9]{146}
Scaleway  SCW  SCW[A-Z0-9]{17}
Scalingo  tk-us-  tk-us-[\w-]{48}
Render  rnd_  rnd_[A-Za-z0-9]{28,40}
Supabase  sbp_ sb_secret_  sbp_(?:oauth_)?[a-f0-9]{40}|sb_secret_[\w-]{20,}
Netlify  nfp_  nfp_[A-Za-z0-9]{36,}
Vercel  vercel_blob_rw_ vcp_ vck_  vercel_blob_rw_\w{20,}|vc[pk]_[A-Za-z0-9]{24,}
Hetzner  -  [A-Za-z0-9]{64}  hetzner, hcloud
OpenShift  sha256~  sha256~[\w-]{43}
IBM Cloud  -  [\w-]{44}  ibmcloud, ibm_cloud, ibm cloud, bluemix
Tailscale  tskey-  tskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]+
ngrok  -  [12][A-Za-z0-9]{26}_[A-Za-z0-9]{20,22}  ngrok

# Places where code is kept, built and delivered, and vaults.
GitHub  ghp_ gho_ ghu_ ghs_ ghr_  gh[pousr]_[0-9A-Za-z]{36,255}
GitHub, fine-grained  github_pat_  github_pat_\w{22,255}
GitLab  glpat- gldt- glptt- glrt- glrtr- glwt-  gl(?:pat|dt|ptt|rtr?|wt)-[0-9A-Za-z_.-]{20,}
GitLab  glcbt- glft- glimt- glagent- gloas- glsoat- glffct-  gl(?:cbt|ft|imt|agent|oas|soat|ffct)-[0-9A-Za-z_.-]{20,}
GitLab runner  GR1348941  GR1348941[\w-]{20}
GitLab session  _gitlab_session=  _gitlab_session=[0-9a-f]{32}
Bitbucket  ATCTT3 ATBB  ATCTT3[\w=-]{180,}|ATBB[A-Za-z0-9]{32}
Atlassian  ATATT3 ATOA  ATATT3[\w=-]{180,}|ATOA[\w=-]{60,}
npm  npm_  npm_[0-9A-Za-z]{36}
PyPI  pypi-  pypi-[\w-]{50,}
RubyGems  rubygems_  rubygems_[0-9a-f]{48}
NuGet  oy2  oy2[a-z0-9]{43}
crates.io  cio  cio[A-Za-z0-9]{32}
Clojars  CLOJARS_  CLOJARS_[a-z0-9]{60}
Packagist  packagist_  packagist_[a-z]{3}_[a-f0-9]{68}
Docker Hub  dckr_pat_ dckr_oat_  dckr_[po]at_[\w-]{27,40}
JFrog  AKCp cmVmd  AKCp[A-Za-z0-9]{69}|cmVmd[A-Za-z0-9]{59}
SonarQube  sqp_ squ_ sqa_  sq[pua]_[a-f0-9]{40}
Sourcegraph  sgp_ slk_  sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}|slk_[a-f0-9]{64}
Snyk  snyk_  snyk_(?:uat|sat)\.[a-z0-9]{8}\.[\w-]{20,}
CircleCI  CCIPAT_ CCIPRJ_  CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[A-Fa-f0-9]{40}
Buildkite  bkua_ bkpt_  bk(?:ua|pt)_[a-z0-9]{40}
Octopus Deploy  API-  API-[A-Z0-9]{26}
Harness  pat. sat.  [ps]at\.[\w-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}
Prefect  pnu_ pnb_  pn[ub]_[A-Za-z0-9]{36}
Terraform Cloud  .atlasv1.  [A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}
HashiCorp Vault  hvs. hvb. hvr.  hv[sbr]\.[\w-]{24,}
HashiCorp Vault, before 1.10  -  s\.[A-Za-z0-9]{24}  vault, token
Doppler  dp.  dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}
Infisical  st.  st\.[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}
1Password  ops_eyJ  ops_eyJ[A-Za-z0-9+/]{200,}={0,3}
1Password  A3-  A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}
Pulumi  pul-  pul-[a-f0-9]{40}
PlanetScale  pscale_  pscale_(?:pw|tkn|oauth)_[\w=.-]{32,64}
Infracost  ico-  (?<!\.)ico-[A-Za-z0-9]{32}
Postman  PMAK-  PMAK-[a-f0-9]{24}-[a-f0-9]{34}
Readme  rdme_  rdme_[a-z0-9]{70}
RapidAPI  msh jsn  [a-z0-9]{10}msh[a-z0-9]{15}p1[a-z0-9]{6}jsn[a-z0-9]{12}
Contentful management  CFPAT-  CFPAT-[\w-]{43}
Sidekiq  -  [a-f0-9]{8}:[a-f0-9]{8}  contribsys
Kubernetes bootstrap  -  [a-z0-9]{6}\.[a-z0-9]{16}  --token, bootstrap

# Language models and what goes with them.
OpenAI, Anthropic, OpenRouter, DeepSeek  sk-  sk-(?=[\w-]*\d)(?:[a-z]+-){0,2}[\w-]{20,}
Hugging Face  hf_ api_org_  (?:hf|api_org)_(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[a-z])[A-Za-z0-9]{34}
Perplexity  pplx-  pplx-[A-Za-z0-9]{48}
Groq  gsk_  gsk_[A-Za-z0-9]{48,}
xAI  xai-  xai-[A-Za-z0-9]{70,}
Replicate  r8_  r8_[A-Za-z0-9]{37}
ClickHouse  4b1d  4b1d[A-Za-z0-9]{38}
LangSmith  lsv2_ ls__  lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}|ls__[a-f0-9]{32}
Weights & Biases  -  [a-f0-9]{40}  wandb
Pinecone  pcsk_  pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,66}
Tavily, Firecrawl, E2B, Nvidia  tvly-  tvly-(?:dev-)?[A-Za-z0-9-]{32,}
Tavily, Firecrawl, E2B, Nvidia  fc-  fc-[a-f0-9]{32}
Tavily, Firecrawl, E2B, Nvidia  e2b_  e2b_[a-f0-9]{40}
Tavily, Firecrawl, E2B, Nvidia  nvapi-  nvapi-[\w-]{60,70}
Together, Fireworks  tgp_v1_ fw_  tgp_v1_[\w-]{43}|fw_[A-Za-z0-9]{20,24}
ElevenLabs  sk_  sk_[a-f0-9]{48}
Zhipu AI  -  [a-f0-9]{32}\.[A-Za-z0-9]{16}  zhipu, glm, bigmodel, 智谱
Langfuse  sk-lf-  sk-lf-<UUID>
SettleMint  sm_pat_ sm_aat_ sm_sat_  sm_[pas]at_[A-Za-z0-9]{16}

# Payments and trade.
Stripe  sk_ rk_ pk_live  (?:[sr]k_(?:test|live|prod)|pk_live)_[0-9A-Za-z]{10,}
Stripe, webhooks  whsec_  whsec_[0-9A-Za-z+/=]{24,}
Square  sq0 EAAA  sq0(?:atp|csp|idp|id[a-z])-[\w-]{22,43}|EAAA[\w+-]{56,60}
Shopify  shp  shp(?:at|ca|pa|ss|tka|ua)_[a-fA-F0-9]{32}
PayPal, Braintree  access_token$  access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}
Plaid  access-  access-(?:sandbox|development|production)-<UUID>
Flutterwave  FLW  FLW(?:PUBK|SECK)(?:_TEST)?-[a-fA-F0-9]{12,32}(?:-X)?
Lob  live_ test_  (?:live|test)_(?:pub_)?[a-f0-9]{31,35}
GoCardless  live_  live_[\w=-]{40}
Razorpay  rzp_  rzp_(?:live|test)_[A-Za-z0-9]{14}
Paystack  sk_  sk_(?:live|test)_[a-f0-9]{40}
Mollie  -  (?:live|test)_[A-Za-z0-9]{30}  mollie
Adyen  AQE  AQE[a-z0-9]{1,3}hm[\w+/=^!@#$%*\"-]{50,}
Duffel  duffel_  duffel_(?:test|live)_[\w=-]{43}
EasyPost  EZAK EZTK  EZ[AT]K[A-Za-z0-9]{54}
Shippo  shippo_  shippo_(?:live|test)_[a-fA-F0-9]{40}
MaxMind  _mmk  [A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk

# Chat, mail and social networks.
Slack  xox  xox[a-z]-\d{8,14}-(?:\d{8,14}-){0,2}[A-Za-z0-9]{18,64}
Slack, rotated and workspace  xox  xox[a-z](?:\.xox[bp])?-\d-[\w.-]{40,}
Slack, apps  xapp-  xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{40,}
Slack, webhooks  hooks.slack.com  hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,}
Discord, webhooks  /api/webhooks/  discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,}
Discord  .  [MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}
Microsoft Teams  webhook.office.com  webhook\.office\.com/webhookb2/[\w@-]{70,}/IncomingWebhook/[\w/-]{50,}
Telegram  :A  (?:bot)?\d{5,16}:A[\w-]{34}
Feishu, DingTalk, WeCom robots  open-apis/bot  open-apis/bot/v\d/hook/[\w-]{20,}
Feishu, DingTalk, WeCom robots  oapi.dingtalk.com/robot  oapi\.dingtalk\.com/robot/send\?access_token=[a-f0-9]{32,}
Feishu, DingTalk, WeCom robots  cgi-bin/webhook/send  cgi-bin/webhook/send\?key=[\w-]{30,}
Twilio  SK AC  (?:SK|AC)[0-9a-f]{32}
SendGrid  SG.  SG\.[\w.=-]{60,}
Brevo  xkeysib- xsmtpsib-  x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}
Mailgun  key- pubkey-  (?:pub)?key-[0-9a-f]{32}
Mailgun  -  [a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}  mailgun, signing
Mailchimp  -us  [a-f0-9]{32}-us\d{1,2}
Resend  re_  re_[A-Za-z0-9]{7,10}_[A-Za-z0-9]{20,30}
Facebook  EAA |  EAA[A-Za-z0-9]{80,}|\d{15,16}\|[\w-]{27,40}
Instagram, Threads  IGQV IGAA THAA  (?:IGQV|IGAA|THAA)[\w-]{60,}
Twitter  AAAAAAAAAA  A{18,24}[A-Za-z0-9%]{60,120}
Twitter, OAuth 1.0a  -  \d{15,25}-[A-Za-z0-9]{20,45}  twitter, access_token, oauth_token, access token
Intercom  dG9rO  dG9rO[A-Za-z0-9+/=]{55,}
Webex  -  [A-Za-z0-9]{64}_[A-Za-z0-9]{4}_[0-9a-f-]{36}  webex

# Office, sales and identity services.
Airtable  pat  pat[A-Za-z0-9]{14}\.[a-f0-9]{64}
Asana  1/ 2/  [12]/\d{16}(?:/\d{16})?:[a-f0-9]{32}
Linear  lin_  lin_(?:api|oauth)_[A-Za-z0-9]{40,}
Notion  ntn_ secret_  ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43}
Figma  figd_ figo_ figp_  fig[dop]_[\w-]{40,}
Dropbox  sl.  sl\.(?:u\.)?[\w=-]{130,}
HubSpot  pat-na pat-eu  pat-(?:na|eu)\d-<UUID>
Salesforce  !  00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?![\w.!]{80,}
Typeform  tfp_  tfp_[A-Za-z0-9_.=-]{59}
Frame.io  fio-u-  fio-u-[\w=-]{64}
Adobe  p8e-  p8e-[a-f0-9]{32}
Okta  -  00[\w-]{40}  okta, ssws
Beamer  b_  b_[a-z0-9=_-]{44}
ClickUp  pk_  pk_\d{5,9}_[A-Z0-9]{32}
Authress  sc_ ext_ scauth_ authress_  (?:sc|ext|scauth|authress)_\w{5,30}\.\w{4,6}\.acc.[\w-]{10,32}\.[\w+/=-]{30,120}
Defined Networking  dnkey-  dnkey-[\w=-]{26}-[\w=-]{52}
42  s-s4t2  s-s4t2(?:ud|af)-[a-f0-9]{64}
Sendbird  -  [a-f0-9]{40}  sendbird
Freemius  -  [sp]k_[^\s\"']{29}  secret_key

# Monitoring, data and maps.
Grafana  eyJrIjoi  eyJrIjoi[A-Za-z0-9]{60,}={0,3}
Grafana  glc_  glc_[A-Za-z0-9+/]{32,}={0,3}
Grafana  glsa_  glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}
Databricks  dapi dose  d(?:api|ose)[a-f0-9]{32}(?:-\d)?
Datadog  -  [a-f0-9]{40}|[a-f0-9]{32}  datadog, dd_api, dd_app, dd-api, dd-app
New Relic  NRAK- NRJS- NRII- NRRA- NRIQ-  NR(?:AK|JS|II|RA|I[QK])-[A-Za-z0-9-]{19,42}
New Relic, licence  NRAL  [a-f0-9]{36}NRAL
Sentry  sntrys_ sntryu_  sntrys_eyJ[\w+/=]{60,}|sntryu_[a-f0-9]{64}
Sentry, DSN  ingest sentry.io  https://[a-f0-9]{32}(?::[a-f0-9]{32})?@[\w.-]*sentry\.io/\d+
Dynatrace  dt0  dt0[a-z]\d\d\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}
Honeycomb  hcaik_ hcaic_ hcxik_ hcxlk_ hcxmk_  hc(?:aik|aic|xik|xlk|xmk)_[a-z0-9]{50,64}
Sumo Logic  -  su[A-Za-z0-9]{12}  sumo
LaunchDarkly  sdk- mob- api- rel-  (?:sdk|mob|api|rel)-<UUID>
Mapbox  sk.eyJ pk. tk.  [spt]k\.eyJ[\w-]{60,}\.[\w-]{22}|pk\.[a-z0-9]{60}\.[a-z0-9]{22}
Elastic  essu_  essu_[A-Za-z0-9+/=]{40,}
PostHog  phx_  phx_[A-Za-z0-9]{40,}

# Forms that many services use.
JWT (RFC 7519)  ey  ey[A-Za-z0-9_-]{17,}\.ey[A-Za-z0-9/\\_-]{17,}\.(?:[A-Za-z0-9/\\_-]{10,}={0,2})?
JWT, in Base64 again  ZXlK  ZXlK(?:[A-Za-z0-9+/_=-]){100,}
JWE (RFC 7516)  eyJ  eyJ[\w-]{17,}\.[\w-]*\.[\w-]{10,}\.[\w-]{10,}\.[\w-]{16,}
Fernet  -  gAAAAA[\w-]{60,}={0,2}  key, token, secret, fernet, encrypt
PASETO  v2. v3. v4.  v[1-4]\.(?:local|public)\.[\w-]{40,}
htpasswd  $apr1$ $2y$ $6$  [\w.-]{1,32}:\$(?:apr1|2y|6)\$[\w./$]{20,}
macaroon  -  MDA[A-Za-z0-9+/_-]{100,}={0,2}  macaroon
"""
_UUID = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"


class Format(NamedTuple):
    """One row: vendor, literals, expression, words that must stand before it."""

    vendor: str
    literals: tuple[str, ...]
    expression: str
    near: tuple[str, ...]


def _rows() -> Iterator[Format]:
    for line in _TABLE.splitlines():
        if line and not line.startswith("#"):
            vendor, literals, expression, *near = line.split("  ")
            yield Format(
                vendor,
                () if literals == "-" else tuple(literals.split(" ")),
                expression.replace("<UUID>", _UUID),
                tuple(near[0].split(", ")) if near else (),
            )


FORMATS: tuple[Format, ...] = tuple(_rows())
"""All forms, in the order of the table."""
