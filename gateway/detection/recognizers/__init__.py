"""Recognizers: each finds one kind of thing in a text, behind presidio-analyzer's interface."""

from __future__ import annotations

from collections.abc import Callable

from gateway.detection.presidio import EntityRecognizer
from gateway.detection.recognizers import (
    americas,
    asia_pacific,
    br,
    crypto_wallet,
    date_of_birth,
    device,
    eastern_europe,
    hk,
    in_,
    jp,
    kr,
    license_plate,
    named_number,
    ru,
    street_address,
    tw,
    uk,
    us,
    western_europe,
)
from gateway.detection.recognizers.api_key import ApiKeyRecognizer
from gateway.detection.recognizers.assigned_secret import AssignedSecretRecognizer
from gateway.detection.recognizers.bank_card import BankCardRecognizer
from gateway.detection.recognizers.cn_address import CnAddressRecognizer
from gateway.detection.recognizers.cn_military_id import CnMilitaryIdRecognizer
from gateway.detection.recognizers.cn_mobile import CnMobileRecognizer
from gateway.detection.recognizers.cn_passport import CnPassportRecognizer
from gateway.detection.recognizers.cn_person import CnPersonRecognizer
from gateway.detection.recognizers.cn_resident_id import CnResidentIdRecognizer
from gateway.detection.recognizers.cn_role import CnRoleRecognizer
from gateway.detection.recognizers.cn_social_insurance import CnSocialInsuranceRecognizer
from gateway.detection.recognizers.cn_travel_permit import CnTravelPermitRecognizer
from gateway.detection.recognizers.connection_string import ConnectionStringRecognizer
from gateway.detection.recognizers.coordinates import CoordinatesRecognizer
from gateway.detection.recognizers.email import EmailRecognizer
from gateway.detection.recognizers.http_credential import HttpCredentialRecognizer
from gateway.detection.recognizers.kubernetes_secret import KubernetesSecretRecognizer
from gateway.detection.recognizers.labelled_field import LabelledFieldRecognizer
from gateway.detection.recognizers.one_time_code import OneTimeCodeRecognizer
from gateway.detection.recognizers.passport import PassportRecognizer
from gateway.detection.recognizers.password import PasswordRecognizer
from gateway.detection.recognizers.person_title import PersonTitleRecognizer
from gateway.detection.recognizers.phone import PhoneRecognizer
from gateway.detection.recognizers.post_box import PostBoxRecognizer
from gateway.detection.recognizers.postal_code import PostalCodeRecognizer
from gateway.detection.recognizers.private_key import PrivateKeyRecognizer
from gateway.detection.recognizers.recovery_phrase import RecoveryPhraseRecognizer
from gateway.detection.recognizers.social_account import SocialAccountRecognizer
from gateway.detection.recognizers.table import TableRecognizer
from gateway.detection.recognizers.unified_social_credit_code import UnifiedSocialCreditCodeRecognizer
from gateway.detection.recognizers.url import UrlRecognizer
from gateway.detection.recognizers.vat_id import VatIdRecognizer

RULES: tuple[Callable[[], EntityRecognizer], ...] = (
    ApiKeyRecognizer,
    AssignedSecretRecognizer,
    BankCardRecognizer,
    CnAddressRecognizer,
    CnMilitaryIdRecognizer,
    CnMobileRecognizer,
    CnPassportRecognizer,
    CnPersonRecognizer,
    CnResidentIdRecognizer,
    CnRoleRecognizer,
    CnSocialInsuranceRecognizer,
    CnTravelPermitRecognizer,
    ConnectionStringRecognizer,
    CoordinatesRecognizer,
    EmailRecognizer,
    HttpCredentialRecognizer,
    KubernetesSecretRecognizer,
    LabelledFieldRecognizer,
    OneTimeCodeRecognizer,
    PassportRecognizer,
    PasswordRecognizer,
    PersonTitleRecognizer,
    PhoneRecognizer,
    PostBoxRecognizer,
    PostalCodeRecognizer,
    PrivateKeyRecognizer,
    RecoveryPhraseRecognizer,
    SocialAccountRecognizer,
    TableRecognizer,
    UnifiedSocialCreditCodeRecognizer,
    UrlRecognizer,
    VatIdRecognizer,
    *americas.RECOGNIZERS,
    *asia_pacific.RECOGNIZERS,
    *br.RECOGNIZERS,
    *crypto_wallet.RECOGNIZERS,
    *date_of_birth.RECOGNIZERS,
    *device.RECOGNIZERS,
    *eastern_europe.RECOGNIZERS,
    *hk.RECOGNIZERS,
    *in_.RECOGNIZERS,
    *jp.RECOGNIZERS,
    *kr.RECOGNIZERS,
    *license_plate.RECOGNIZERS,
    *named_number.RECOGNIZERS,
    *ru.RECOGNIZERS,
    *street_address.RECOGNIZERS,
    *tw.RECOGNIZERS,
    *uk.RECOGNIZERS,
    *us.RECOGNIZERS,
    *western_europe.RECOGNIZERS,
)
"""The rule-based recognizers of this package; several for one country or kind of thing stand in one module."""


def own_rules() -> list[EntityRecognizer]:
    """New instances of the rule-based recognizers of this package."""
    return [rule() for rule in RULES]
