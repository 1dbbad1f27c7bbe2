"""The grid of a draft: two readings of the same form, findings told as one types, conflicts settled."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from psyen.forms.conflit import confronter, sans_les_lignes_abandonnees
from psyen.forms.grille import SaisieGrille, empreintes_lues, lire_cle, lire_grille
from psyen.forms.tableau_grille import GrilleEcran
from psyen.models import Repartition
from psyen.permissions import peut_modifier_repartition, peut_preparer, peut_proposer
from psyen.selectors.grille import Grille, construire_grille
from psyen.services.grille import ConflitDEdition, SaisieRefusee, enregistrer_grille
from socle.journal import historique
from socle.requetes import RequeteConnectee

LECTURES = {"reseaux": "Par réseau", "ensemble": "Vue d’ensemble"}
FIGEE = (
    "Rien n’a été enregistré : cette répartition n’est plus un brouillon. Votre saisie est conservée "
    "ci-dessous ; enregistrez-la après le retrait de la proposition."
)


def repartition_a_preparer(request: RequeteConnectee, pk: int) -> Repartition:
    """404 outside the perimeter, 403 for whoever reads it without preparing it."""
    visibles = Repartition.objects.dans_perimetre(request.perimetre).select_related(
        "cio__departement", "annee", "derivee_de"
    )
    repartition = get_object_or_404(visibles, pk=pk)
    if not peut_preparer(request.perimetre, repartition.cio, repartition.annee):
        raise PermissionDenied
    return repartition


@require_http_methods(["GET", "HEAD", "POST"])
def repartition_grille(request: RequeteConnectee, pk: int) -> HttpResponse:
    repartition = repartition_a_preparer(request, pk)
    if request.method == "POST":
        return _enregistrer(request, repartition)
    if not peut_modifier_repartition(request.perimetre, repartition):
        messages.info(request, "Cette répartition n’est plus un brouillon : elle se lit sur cette page.")
        return redirect("psyen:repartition", pk)
    return _page(request, repartition, GrilleEcran(construire_grille(repartition)))


@require_POST
def repartition_controler(request: RequeteConnectee, pk: int) -> HttpResponse:
    """What the draft would call for with what is being typed; nothing is written. Read by grille.js."""
    repartition = repartition_a_preparer(request, pk)
    saisie = lire_grille(construire_grille(repartition), request.POST.dict())
    return render(request, "psyen/grille/_alertes.html", {"ecran": _ecran_saisi(None, saisie, {})})


def _enregistrer(request: RequeteConnectee, repartition: Repartition) -> HttpResponse:
    grille = construire_grille(repartition)
    donnees = sans_les_lignes_abandonnees(request.POST.dict())
    saisie = lire_grille(grille, donnees)
    if not peut_modifier_repartition(request.perimetre, repartition):
        messages.error(request, FIGEE)
        return _page(request, repartition, _ecran_saisi(grille, saisie, donnees))
    if saisie.fautes:
        return _page(request, repartition, _ecran_saisi(grille, saisie, donnees), est_refusee=True)
    revision = revision_ouverte(donnees, repartition)
    try:
        nouvelle = enregistrer_grille(
            repartition=repartition, saisies=saisie.saisies, revision=revision, perimetre=request.perimetre
        )
    except ConflitDEdition as conflit:
        return _conflit(request, conflit.repartition, donnees)
    except SaisieRefusee as refus:
        saisie.fautes = refus.alertes
        return _page(request, repartition, _ecran_saisi(grille, saisie, donnees), est_refusee=True)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
        return _page(request, repartition, _ecran_saisi(grille, saisie, donnees))
    _annoncer(request, donnees, a_change=nouvelle.revision != revision)
    return redirect(_suite(donnees, repartition))


def _annoncer(request: RequeteConnectee, donnees: Mapping[str, str], *, a_change: bool) -> None:
    if a_change:
        messages.success(request, "Le brouillon est enregistré.")
    elif not donnees.get("suite"):
        # The other buttons lead on: there, nothing was awaited of the draft.
        messages.info(request, "Rien n’avait changé.")


def _page(
    request: RequeteConnectee, repartition: Repartition, ecran: GrilleEcran, *, est_refusee: bool = False
) -> HttpResponse:
    contexte = {
        "repartition": repartition,
        "ecran": ecran,
        "lectures": LECTURES.items(),
        "lecture": _lecture(request),
        "revision": revision_ouverte(request.POST, repartition),
        "est_refusee": est_refusee,
        "est_saisie": request.method == "POST",
        "peut_proposer": peut_proposer(request.perimetre, repartition),
    }
    return render(request, "psyen/grille/edition.html", contexte)


def _conflit(request: RequeteConnectee, repartition: Repartition, donnees: dict[str, str]) -> HttpResponse:
    """Both versions side by side; what is typed travels in the page, nothing is lost."""
    grille = construire_grille(repartition)
    contexte = {
        "repartition": repartition,
        "conflit": confronter(grille, lire_grille(grille, donnees).grille, donnees),
        "derniere": historique(repartition).first(),
        "suite": donnees.get("suite", ""),
        "lecture": _lecture(request),
    }
    return render(request, "psyen/grille/conflit.html", contexte, status=409)


def _lecture(request: RequeteConnectee) -> str:
    lecture = request.GET.get("lecture", "")
    return lecture if lecture in LECTURES else "reseaux"


def _ecran_saisi(grille: Grille | None, saisie: SaisieGrille, donnees: dict[str, str]) -> GrilleEcran:
    return GrilleEcran(
        saisie.grille,
        illisibles=saisie.illisibles,
        fautes=saisie.fautes,
        origine=grille,
        empreintes=empreintes_lues(donnees),
    )


def revision_ouverte(donnees: Mapping[str, str], repartition: Repartition) -> int:
    """The revision that the page was opened with, kept through every refusal."""
    revision = lire_cle(donnees.get("revision", ""))
    return repartition.revision if revision is None else revision


def _suite(donnees: Mapping[str, str], repartition: Repartition) -> str:
    """Where the button pressed leads once saved: the grid again, the proposal, or an affectation."""
    suite = donnees.get("suite", "")
    if suite == "proposer":
        return reverse("psyen:repartition_proposer", args=[repartition.pk])
    reseau = lire_cle(suite.removeprefix("affecter-"))
    if reseau is not None:
        return f"{reverse('psyen:affecter', args=[repartition.pk])}?reseau={reseau}"
    lecture = "ensemble" if donnees.get("lecture") == "ensemble" else "reseaux"
    return f"{reverse('psyen:repartition_grille', args=[repartition.pk])}?lecture={lecture}"
