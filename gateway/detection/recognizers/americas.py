"""Personal numbers of Spanish-speaking America: CURP, RUT, CUIT, cédula, with check digits where there are some."""

from __future__ import annotations

from stdnum.ar import cuit
from stdnum.cl import rut
from stdnum.mx import curp, rfc

from gateway.detection.recognizers.identifier import Identifier


class MxCurpRecognizer(Identifier):
    """Eighteen characters made of name, birth, sex and state, the last a check digit; the form proves it."""

    ENTITY = "MX_CURP"
    FORM = (
        r"[A-Z][AEIOUX][A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\d"
    )
    CHECK = curp.is_valid
    DIGITS = 6
    LONG_RUN = True
    REQUIRED = False
    CONTEXT = ("curp",)
    LANGUAGES = ("es",)
    EXAMPLE = "CURP BOXW310820HNERXN09"
    STANDARD = "Instructivo normativo para la asignación de la CURP, DOF 18/10/2021"


class MxRfcRecognizer(Identifier):
    """Thirteen characters of a person or twelve of a firm, beside the word."""

    ENTITY = "TAX_ID"
    FORM = r"[A-Z&Ñ]{3,4}\d{6}[0-9A-Z]{3}"
    CHECK = rfc.is_valid
    DIGITS = 6
    CONTEXT = ("rfc", "registro federal")
    LANGUAGES = ("es",)
    EXAMPLE = "RFC GODE561231GR8"
    STANDARD = "Código Fiscal de la Federación, article 27 (Mexico)"


class ClRutRecognizer(Identifier):
    """12.345.678-5: seven or eight figures and a check character."""

    ENTITY = "CL_RUT"
    FORM = r"\d{1,2}\.\d{3}\.\d{3}-[\dK]|\d{7,8}-[\dK]"
    CHECK = rut.is_valid
    DIGITS = 7
    CONTEXT = ("rut", "run", "rol único", "cédula", "cedula")
    LANGUAGES = ("es",)
    EXAMPLE = "RUT 12.531.909-2"
    STANDARD = "Servicio de Registro Civil (Chile)"


class ArCuitRecognizer(Identifier):
    """CUIT, CUIL: 20-12345678-6."""

    ENTITY = "AR_CUIT"
    FORM = r"(?:20|2[3-7]|3[034])-?\d{8}-?\d"
    CHECK = cuit.is_valid
    DIGITS = 11
    CONTEXT = ("cuit", "cuil", "clave única")
    LANGUAGES = ("es",)
    EXAMPLE = "CUIL 20-05536168-2"
    STANDARD = "AFIP (Argentina), Resolución General 10/97"


class LatinIdInContextRecognizer(Identifier):
    """DNI, cédula, carné: six to eleven figures beside the word; no check digit that all of them share."""

    ENTITY = "GOVERNMENT_ID"
    FORM = r"\d{1,3}(?:\.\d{3}){2,3}|\d{7,11}|\d-\d{3,4}-\d{3,4}"
    DIGITS = 7
    CONTEXT = (
        "dni",
        "cédula",
        "cedula",
        "documento de identidad",
        "cédula de ciudadanía",
        "carné de identidad",
        "c.c",
        "c.i",
    )
    LANGUAGES = ("es",)
    EXAMPLE = "cédula 1.020.345.678"
    STANDARD = "registries of Argentina, Colombia, Peru, Ecuador, Uruguay and others"


RECOGNIZERS = (
    MxCurpRecognizer,
    MxRfcRecognizer,
    ClRutRecognizer,
    ArCuitRecognizer,
    LatinIdInContextRecognizer,
)
