"""What a list page computes from its address: order, page, links. No request here, only its parameters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict  # noqa: TID251 - the parameters of an address, not a request

FORMATS_EXPORT = ("csv", "xlsx", "ods")


class PaginateurDirect(Paginator):
    """Past the middle a page is read from the end: the last page costs what the first does.

    With `champs`, rows come as dicts. Keys first: counting and skipping rows then read no joined column, and
    a page deep in the list costs what the first does, in the same single query.
    """

    def __init__(self, object_list: Any, per_page: int, champs: Sequence[str] = ()) -> None:
        super().__init__(object_list, per_page)
        self.champs = champs

    def page(self, number: int | str) -> Page:
        numero = self.validate_number(number)
        debut = (numero - 1) * self.per_page
        fin = min(debut + self.per_page, self.count)
        queryset: Any = self.object_list
        if debut <= self.count // 2:
            tranche = queryset[debut:fin]
        else:
            tranche = queryset.reverse()[self.count - fin : self.count - debut]
        if self.champs:
            return Page(list(queryset.filter(pk__in=tranche.values("pk")).values(*self.champs)), numero, self)
        objets = list(tranche)
        return Page(objets if debut <= self.count // 2 else objets[::-1], numero, self)


@dataclass(frozen=True, slots=True)
class LienDePage:
    """A number of the pagination; no address for the ellipsis."""

    numero: int | str
    url: str
    courante: bool


@dataclass(frozen=True, slots=True)
class LiensDePages:
    precedente: str
    suivante: str
    liens: list[LienDePage]


class Adresse:
    """The parameters of the list, without the page nor the format: what every link keeps."""

    def __init__(self, parametres: QueryDict) -> None:
        self.parametres = parametres.copy()
        for nom in ("page", "format"):
            self.parametres.pop(nom, None)
        self._base = self.parametres.urlencode()

    def avec(self, nom: str, valeur: object) -> str:
        """Relative address with one more parameter, which is not already there."""
        return f"?{self._base}&{nom}={valeur}" if self._base else f"?{nom}={valeur}"

    def triee(self, tri: str) -> str:
        parametres = self.parametres.copy()
        parametres["tri"] = tri
        return f"?{parametres.urlencode()}"

    def pages(self, page: Page) -> LiensDePages | None:
        """Links of the pagination, None when everything stands on one page."""
        if not page.has_other_pages():
            return None
        numeros = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        return LiensDePages(
            precedente=self.avec("page", page.number - 1) if page.has_previous() else "",
            suivante=self.avec("page", page.number + 1) if page.has_next() else "",
            liens=[self._lien(numero, page.number) for numero in numeros],
        )

    def _lien(self, numero: Any, courant: int) -> LienDePage:
        url = self.avec("page", numero) if isinstance(numero, int) else ""
        return LienDePage(numero, url, numero == courant)


@dataclass(frozen=True, slots=True)
class Tri:
    """A sort by its public name; `inverse` when the address says « -nom »."""

    nom: str
    inverse: bool = False

    @classmethod
    def lire(cls, ecrit: str, connus: Mapping[str, tuple[str, ...]]) -> "Tri | None":
        """The sort asked for, None when it is not one of the list."""
        nom = ecrit.removeprefix("-")
        return cls(nom, ecrit.startswith("-")) if nom in connus else None

    def __str__(self) -> str:
        return f"-{self.nom}" if self.inverse else self.nom

    def ordre(self, champs: tuple[str, ...]) -> list[str]:
        """ORM ordering, ended by the unique key: pages never overlap."""
        if self.inverse:
            champs = tuple(c.removeprefix("-") if c.startswith("-") else f"-{c}" for c in champs)
        return [*champs, "-pk" if self.inverse else "pk"]

    def liens(
        self, connus: Mapping[str, tuple[str, ...]], adresse: Adresse
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        """For each sort, its link and the present aria-sort; the current one turns the other way."""
        for nom in connus:
            courant = nom == self.nom
            sens = ("descending" if self.inverse else "ascending") if courant else ""
            suivant = f"-{nom}" if courant and not self.inverse else nom
            yield nom, (adresse.triee(suivant), sens)
