"""Recognizers: each finds one kind of thing in a text, behind presidio-analyzer's interface."""

from __future__ import annotations

from gateway.detection.presidio import EntityRecognizer
from gateway.detection.recognizers.api_key import ApiKeyRecognizer
from gateway.detection.recognizers.assigned_secret import AssignedSecretRecognizer
from gateway.detection.recognizers.bank_card import BankCardRecognizer
from gateway.detection.recognizers.cn_address import CnAddressRecognizer
from gateway.detection.recognizers.cn_mobile import CnMobileRecognizer
from gateway.detection.recognizers.cn_passport import CnPassportRecognizer
from gateway.detection.recognizers.cn_person import CnPersonRecognizer
from gateway.detection.recognizers.cn_resident_id import CnResidentIdRecognizer
from gateway.detection.recognizers.connection_string import ConnectionStringRecognizer
from gateway.detection.recognizers.date_of_birth import DateOfBirthRecognizer
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
from gateway.detection.recognizers.private_key import PrivateKeyRecognizer
from gateway.detection.recognizers.recovery_phrase import RecoveryPhraseRecognizer
from gateway.detection.recognizers.table import TableRecognizer
from gateway.detection.recognizers.unified_social_credit_code import UnifiedSocialCreditCodeRecognizer
from gateway.detection.recognizers.url import UrlRecognizer


def own_rules() -> list[EntityRecognizer]:
    """New instances of the rule-based recognizers of this package."""
    return [
        ApiKeyRecognizer(),
        AssignedSecretRecognizer(),
        BankCardRecognizer(),
        CnAddressRecognizer(),
        CnMobileRecognizer(),
        CnPassportRecognizer(),
        CnPersonRecognizer(),
        CnResidentIdRecognizer(),
        DateOfBirthRecognizer(),
        ConnectionStringRecognizer(),
        HttpCredentialRecognizer(),
        KubernetesSecretRecognizer(),
        OneTimeCodeRecognizer(),
        RecoveryPhraseRecognizer(),
        EmailRecognizer(),
        LabelledFieldRecognizer(),
        PassportRecognizer(),
        PasswordRecognizer(),
        PersonTitleRecognizer(),
        PhoneRecognizer(),
        PostBoxRecognizer(),
        PrivateKeyRecognizer(),
        TableRecognizer(),
        UnifiedSocialCreditCodeRecognizer(),
        UrlRecognizer(),
    ]
