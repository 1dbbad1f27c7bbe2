"""Documents of an action and of a meeting: whoever reads the object reads them, save the Région (R08);
whoever leads it deposits, replaces and withdraws.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType

from planning.models import Action, Reunion
from socle.fichiers import enregistrer_fichier
from socle.models import Document, VersionDocument
from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, Acces


def genre_de(modele: Any) -> int:
    return ContentType.objects.get_for_model(modele).pk


def version_de(objet: Action | Reunion) -> VersionDocument:
    """One document on that object, made once."""
    document, nouveau = Document.objects.get_or_create(
        objet_type_id=genre_de(type(objet)), objet_id=objet.pk, titre="Compte rendu"
    )
    if nouveau:
        fichier = enregistrer_fichier(nom="cr.pdf", type_mime="application/pdf", contenu=b"%PDF-")
        VersionDocument.objects.create(document=document, numero=1, fichier=fichier)
    return document.versions.get()


def _de_l_action(monde: Monde) -> int:
    return version_de(monde.action).document_id


#: The action of each world is the SG's; both CIO are of the same département.
TIENNENT, SUIVENT = "IJS", "ADCEPH"
#: The direction of the département reads all its meetings, the CIO its own.
CONVOQUENT, DIRIGENT_LE_DEPARTEMENT = "DSIJCE", "DSIJ"

ACCES_DOCUMENTS: list[Acces] = [
    Acces(
        "socle:document_version",
        {200: TIENNENT + SUIVENT},
        {200: TIENNENT + SUIVENT},
        lambda m: version_de(m.action).pk,
        sinon=404,
    ),
    Acces(
        "socle:document_deposer",
        {200: TIENNENT, 403: SUIVENT},
        {200: TIENNENT, 403: SUIVENT},
        lambda m: (genre_de(Action), m.action.pk),
        inexistant=(INEXISTANT, INEXISTANT),
        sinon=404,
    ),
    Acces(
        "socle:document_nouvelle_version",
        {200: TIENNENT, 403: SUIVENT},
        {200: TIENNENT, 403: SUIVENT},
        _de_l_action,
        "post",
        sinon=404,
    ),
    Acces(
        "socle:document_retirer",
        {302: TIENNENT, 403: SUIVENT},
        {302: TIENNENT, 403: SUIVENT},
        _de_l_action,
        "post",
        sinon=404,
    ),
    Acces(
        "socle:document_version",
        {200: CONVOQUENT},
        {200: DIRIGENT_LE_DEPARTEMENT},
        lambda m: version_de(m.reunion).pk,
        sinon=404,
    ),
    Acces(
        "socle:document_deposer",
        {200: CONVOQUENT},
        {200: DIRIGENT_LE_DEPARTEMENT},
        lambda m: (genre_de(Reunion), m.reunion.pk),
        "post",
        inexistant=(INEXISTANT, INEXISTANT),
        sinon=404,
    ),
]
