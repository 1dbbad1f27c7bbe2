"""Surveys in each state, through the services: drafts, open with their links, closed with their results."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core import mail
from django.utils import timezone

from comptes.enums import Role
from evaluation.models import Enquete, Invitation, Question
from evaluation.services.enquete_conduite import clore_enquete, lancer_enquete
from evaluation.services.enquete_preparation import ajouter_question, creer_enquete
from evaluation.services.enquete_reponse import deposer_reponse
from psyen.models import PsyEN
from reseaux.models import CIO, Departement
from reseaux.perimetre import Perimetre
from socle.models import Courriel
from tests.psyen.factories import creer_psyen
from tests.reseaux.factories import creer_cio, creer_departement, creer_perimetre

ECHELLE = {"genre": "echelle", "libelle": "Je suis satisfait de mon travail", "dimension": "satisfaction"}
QUI_DECIDE = {"genre": "echelle", "libelle": "Je sais qui décide quoi", "dimension": "qui_decide"}
UNIQUE = {"genre": "choix_unique", "libelle": "Le plus utile ?", "choix": ["Le CIO", "Le réseau", "Les deux"]}
MULTIPLE = {"genre": "choix_multiple", "libelle": "Que changer ?", "choix": ["Lieux", "Horaires", "Rien"]}
TEXTE = {"genre": "texte_libre", "libelle": "Une remarque ?"}
TOUTES = (ECHELLE, QUI_DECIDE, UNIQUE, MULTIPLE, TEXTE)
LIEN = re.compile(r"/enquetes/repondre/([\w-]+)/")


def creer_psyens(nombre: int, cio: CIO | None = None) -> list[PsyEN]:
    return [creer_psyen(cio=cio) for _ in range(nombre)]


def creer_brouillon(
    titre: str = "Qualité de vie au travail",
    *,
    departement: Departement | None = None,
    questions: Iterable[dict[str, Any]] = TOUTES,
    par_cio: bool = True,
    cios: Iterable[CIO] = (),
    jours: int = 28,
    ouverture: dt.date | None = None,
) -> Enquete:
    """From today, for four weeks."""
    departement = departement or creer_departement()
    debut = ouverture or timezone.localdate()
    enquete = creer_enquete(
        perimetre=Perimetre.systeme(),
        departement=departement,
        titre=titre,
        date_ouverture=debut,
        date_fermeture=debut + dt.timedelta(days=jours),
        par_cio=par_cio,
        cios=cios,
    )
    for valeurs in questions:
        ajouter_question(perimetre=Perimetre.systeme(), enquete=enquete, valeurs=valeurs)
    enquete.refresh_from_db()
    return enquete


def creer_ouverte(titre: str = "Qualité de vie au travail", *, psyens: int = 6, **reglages: Any) -> Enquete:
    """Invites the PsyEN there are, and as many more of the CIO of Blois as it takes to reach `psyens`."""
    departement = reglages.get("departement") or creer_departement()
    deja = PsyEN.objects.filter(rattachements__cio__departement=departement).count()
    creer_psyens(max(0, psyens - deja), creer_cio("Blois", departement=departement))
    enquete = creer_brouillon(titre, **reglages)
    return lancer_enquete(perimetre=Perimetre.systeme(), enquete=enquete)


def liens(enquete: Enquete) -> list[str]:
    """The secrets of the invitations, by name of the PsyEN: what each of them reads in the mail received."""
    return [lien_de(invitation) for invitation in enquete.invitations.order_by("psyen__nom", "pk")]


def lien_de(invitation: Invitation, motif: str = "invitation") -> str:
    """Once sent, the text of the mail is only where it arrived."""
    courriel = Courriel.objects.get(cle=f"evaluation.enquete:{invitation.pk}:{motif}")
    textes = [courriel.corps_texte]
    textes += [m.body for m in mail.outbox if m.extra_headers["Message-ID"] == courriel.message_id]
    return next(trouve[1] for texte in textes if (trouve := LIEN.search(texte)))


def feuille(questions: Sequence[Question], rang: int = 0) -> dict[int, Any]:
    """A whole sheet, another for each rank."""
    valeurs = {
        "echelle": rang % 11,
        "choix_unique": rang % 2,
        "choix_multiple": [rang % 2],
        "texte_libre": f"Remarque {rang}",
    }
    return {question.pk: valeurs[question.genre] for question in questions}


def repondre(
    enquete: Enquete, nombre: int, composer: Callable[[Sequence[Question], int], dict] = feuille
) -> None:
    """The first `nombre` persons by name send a sheet each."""
    questions = list(enquete.questions.dans_l_ordre())
    for rang, jeton in enumerate(liens(enquete)[:nombre]):
        deposer_reponse(jeton=jeton, reponses=composer(questions, rang))


def creer_close(
    titre: str = "Qualité de vie au travail", *, reponses: int = 6, psyens: int = 6, **reglages: Any
) -> Enquete:
    enquete = creer_ouverte(titre, psyens=psyens, **reglages)
    repondre(enquete, reponses)
    clore_enquete(perimetre=Perimetre.systeme(), enquete=enquete)
    enquete.refresh_from_db()
    return enquete


def creer_ien_io(departement: Departement | None = None) -> Perimetre:
    return creer_perimetre(Role.IEN_IO, departement or creer_departement())
