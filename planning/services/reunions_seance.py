"""After the meeting: who came, what was said and decided, to whom it is given out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from planning.documents.reunions import dessiner_compte_rendu
from planning.enums import EtatReunion
from planning.models import Action, Decision, PlanDeTravail, Reunion
from planning.notifications.reunions import annoncer_compte_rendu, ecrire_compte_rendu
from planning.permissions import peut_diriger_reunion, peut_organiser, peut_piloter
from planning.selectors.reunions import participants_de
from planning.services.actions import creer_action
from planning.services.reunions_verrou import journaliser_reunion, verrouiller_reunion
from reseaux.perimetre import Perimetre
from socle.fichiers import enregistrer_fichier

CONFLIT = (
    "Quelqu’un a modifié ce compte rendu pendant que vous l’écriviez : copiez votre texte, rouvrez la page "
    "de la réunion, comparez, puis enregistrez de nouveau."
)


@transaction.atomic
def noter_presences(*, perimetre: Perimetre, reunion: Reunion, presents: Collection[int]) -> None:
    """Who came, once the meeting has begun; from then on it is held. `presents`: keys of participants."""
    reunion = _verrouiller_commencee(reunion, perimetre)
    if reunion.compte_rendu_diffuse_le is not None:
        raise ValidationError("Le compte rendu est diffusé : rectifiez-le pour corriger les présences.")
    _ecrire_presences(reunion, presents)
    reunion.etat = EtatReunion.TENUE
    reunion.save(update_fields=["etat"])
    nombre = reunion.participants.filter(present=True).count()
    journaliser_reunion(perimetre, "presences", reunion, apres={"presents": nombre})


@transaction.atomic
def enregistrer_compte_rendu(
    *, perimetre: Perimetre, reunion: Reunion, revision: int, texte: str, decisions: Sequence[str]
) -> None:
    """The draft of the minutes, read by those who write it until it is given out."""
    reunion = _verrouiller_commencee(reunion, perimetre)
    if reunion.compte_rendu_diffuse_le is not None:
        raise ValidationError("Le compte rendu est diffusé : il se rectifie, avec un motif.")
    _ecrire_compte_rendu(reunion, revision, texte, decisions)
    journaliser_reunion(perimetre, "compte_rendu", reunion)


@transaction.atomic
def diffuser_compte_rendu(*, perimetre: Perimetre, reunion: Reunion) -> int:
    """Frozen, and written to every participant; returns how many."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_diriger_reunion)
    if reunion.compte_rendu_diffuse_le is not None:
        raise ValidationError("Le compte rendu est déjà diffusé.")
    if reunion.etat != EtatReunion.TENUE:
        raise ValidationError("Notez d’abord les présences : elles figurent au compte rendu.")
    if not reunion.compte_rendu:
        raise ValidationError("Le compte rendu est vide : écrivez-le avant de le diffuser.")
    nombre = _diffuser(reunion)
    journaliser_reunion(perimetre, "compte_rendu_diffuse", reunion, apres={"destinataires": nombre})
    return nombre


@transaction.atomic
def rectifier_compte_rendu(
    *,
    perimetre: Perimetre,
    reunion: Reunion,
    revision: int,
    texte: str,
    decisions: Sequence[str],
    presents: Collection[int],
    motif: str,
) -> int:
    """A correction is a new diffusion: everyone reads what was mended, the journal keeps both texts."""
    reunion = verrouiller_reunion(reunion, perimetre, peut_diriger_reunion)
    if reunion.compte_rendu_diffuse_le is None:
        raise ValidationError("Le compte rendu n’est pas encore diffusé : il se modifie librement.")
    if not motif.strip():
        raise ValidationError({"motif": "Dites ce que vous rectifiez : les participants le liront."})
    if not texte.strip():
        raise ValidationError({"texte": "Le compte rendu ne peut pas être vide."})
    avant = _contenu(reunion)
    _ecrire_compte_rendu(reunion, revision, texte, decisions)
    _ecrire_presences(reunion, presents)
    nombre = _diffuser(reunion, rectification=motif.strip())
    journaliser_reunion(
        perimetre, "compte_rendu_rectifie", reunion, avant, _contenu(reunion), motif=motif.strip()
    )
    return nombre


@transaction.atomic
def transformer_en_action(
    *,
    perimetre: Perimetre,
    decision: Decision,
    plan: PlanDeTravail,
    titre: str,
    attribution: str,
    calendrier: str,
) -> Action:
    """A decision becomes a line of the plan, once; whoever drives the plan does it."""
    reunion = verrouiller_reunion(decision.reunion, perimetre, partial(_peut_completer, plan))
    lue = reunion.decisions.select_for_update().filter(pk=decision.pk).first()
    if lue is None:
        raise ValidationError("Cette décision a été retirée du compte rendu entre-temps.")
    if lue.action_id is not None:
        raise ValidationError("Cette décision est déjà devenue une action du plan.")
    lue.action = creer_action(
        perimetre=perimetre, plan=plan, titre=titre, attribution=attribution, calendrier=calendrier
    )
    lue.save(update_fields=["action"])
    journaliser_reunion(perimetre, "decision_en_action", reunion, apres={"action": str(lue.action)})
    return lue.action


def _peut_completer(plan: PlanDeTravail, perimetre: Perimetre, reunion: Reunion) -> bool:
    """Whoever drives the plan of the département of the meeting."""
    return plan.departement_id == reunion.departement_id and peut_piloter(perimetre, plan)


def _verrouiller_commencee(reunion: Reunion, perimetre: Perimetre) -> Reunion:
    reunion = verrouiller_reunion(reunion, perimetre, peut_organiser)
    if not reunion.a_commence:
        raise ValidationError("La réunion n’a pas encore commencé.")
    return reunion


def _ecrire_presences(reunion: Reunion, presents: Collection[int]) -> None:
    venus = Case(When(Q(pk__in=list(presents)), then=Value(True)), default=Value(False))
    if not reunion.participants.update(present=venus):
        raise ValidationError("Inscrivez d’abord les participants : la liste est vide.")


def _ecrire_compte_rendu(reunion: Reunion, revision: int, texte: str, decisions: Sequence[str]) -> None:
    if revision != reunion.revision:
        raise ValidationError(CONFLIT)
    _ranger_decisions(reunion, [ligne.strip() for ligne in decisions if ligne.strip()])
    reunion.compte_rendu = texte.strip()
    reunion.revision += 1
    reunion.save(update_fields=["compte_rendu", "revision"])


def _ranger_decisions(reunion: Reunion, textes: Sequence[str]) -> None:
    """The same text stays the same decision; one that became an action is neither rewritten nor removed."""
    lues = reunion.decisions.select_for_update().order_by("pk")
    connues = {decision.texte: decision for decision in lues}
    retirees = [decision for texte, decision in connues.items() if texte not in textes]
    for decision in retirees:
        if decision.action_id is not None:
            raise ValidationError(
                {
                    "decisions": f"« {decision.texte} » est devenue une action du plan : elle reste au "
                    "compte rendu, mot pour mot."
                }
            )
    reunion.decisions.filter(pk__in=[decision.pk for decision in retirees]).delete()
    for rang, texte in enumerate(dict.fromkeys(textes), start=1):
        if connue := connues.get(texte):
            connue.rang = rang
            connue.save(update_fields=["rang"])
        else:
            Decision.objects.create(reunion=reunion, texte=texte, rang=rang)


def _diffuser(reunion: Reunion, *, rectification: str = "") -> int:
    """One mail each; the document itself for those who cannot open the page."""
    reunion.compte_rendu_diffuse_le = timezone.now()
    reunion.sequence += 1
    reunion.save(update_fields=["compte_rendu_diffuse_le", "sequence"])
    participants = participants_de(reunion)
    piece = None
    if any(participant.utilisateur is None for participant in participants):
        contenu = dessiner_compte_rendu(reunion)
        piece = enregistrer_fichier(nom="compte-rendu.pdf", type_mime="application/pdf", contenu=contenu)
    for participant in participants:
        jointe = None if participant.utilisateur else piece
        ecrire_compte_rendu(reunion, participant, jointe, rectification=rectification)
    annoncer_compte_rendu(reunion)
    return len(participants)


def _contenu(reunion: Reunion) -> dict[str, object]:
    return {
        "compte_rendu": reunion.compte_rendu,
        "decisions": list(reunion.decisions.order_by("rang", "pk").values_list("texte", flat=True)),
        "presents": reunion.participants.filter(present=True).count(),
    }
