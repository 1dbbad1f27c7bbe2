"""What the lists and the pages about the territory share: sections, page of one object, form about one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.views.generic import DetailView

from comptes.enums import Role
from reseaux.perimetre import Perimetre
from socle.journal import historique
from socle.pieces import documents_de
from socle.tableaux import lien
from socle.views import FormulaireMixin, ListeView, PerimetreMixin

#: Lists of the territory, one beside the other: url name → title.
SECTIONS = {
    "missions:territoire": "Actions de territoire",
    "missions:externalisables": "Actions externalisables",
    "missions:biblio_labs": "Biblio-Labs",
    "missions:partenaires": "Partenaires",
    "missions:conventions": "Conventions",
}


@dataclass(frozen=True)
class Bouton:
    """A link to a form, or (`poste`) a gesture done at once."""

    libelle: str
    url: str
    poste: bool = False
    principal: bool = False


def liens_vers(url_name: str, objets: Iterable[Any]) -> list[SafeString]:
    """Links to the pages of these objects."""
    return [lien(reverse(url_name, args=[objet.pk]), str(objet)) for objet in objets]


class ListeDuTerritoire(ListeView):
    """One of the sections; `bouton_ajouter` beside the title for whoever may."""

    template_name = "missions/territoire/liste.html"
    section = ""

    @property
    def bouton_ajouter(self) -> Bouton | None:
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sections = [(nom, reverse(url), url == self.section) for url, nom in SECTIONS.items()]
        return super().get_context_data(**kwargs) | {
            "sections": sections,
            "bouton_ajouter": self.bouton_ajouter,
        }


class FicheDuTerritoire(PerimetreMixin, DetailView):
    """One object: what is known of it, what may be done, its documents, its history."""

    template_name = "missions/territoire/fiche.html"
    context_object_name = "objet"
    section = ""

    def etat(self) -> tuple[str, str] | None:
        """(slug, words) of the badge beside the title."""
        return None

    def rubriques(self) -> Sequence[tuple[str, Any]]:
        raise NotImplementedError

    def boutons(self) -> Sequence[Bouton]:
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        perimetre = self.request.perimetre
        return super().get_context_data(**kwargs) | {
            "section": (SECTIONS[self.section], reverse(self.section)),
            "etat": self.etat(),
            "rubriques": [(nom, valeur) for nom, valeur in self.rubriques() if valeur not in (None, "", [])],
            "boutons": self.boutons(),
            "pieces": documents_de(self.object, perimetre),
            # The history names people: not for the Région (R08).
            "historique": None if perimetre.est(Role.CHARGE_MISSION_REGION) else historique(self.object),
        }


class SurObjet(FormulaireMixin):
    """A form about one object, by whoever the rule of the subclass names."""

    template_name = "missions/territoire/formulaire.html"
    queryset: Any = None
    section = ""
    url_objet = ""

    def est_permis(self, perimetre: Perimetre) -> bool:
        raise NotImplementedError

    @cached_property
    def objet(self) -> Any:
        visibles = self.queryset.dans_perimetre(self.request.perimetre)
        return get_object_or_404(visibles, pk=self.kwargs["pk"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.est_permis(request.perimetre):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def url_retour(self) -> str:
        return reverse(self.url_objet, args=[self.objet.pk])

    def get_success_url(self) -> str:
        return self.url_retour

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"objet": self.objet, "section": (SECTIONS[self.section], reverse(self.section))}
        return super().get_context_data(**kwargs) | page
