"""Who stands behind the owners that the dashboard names: those owners only, the département has hundreds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Coalesce

from comptes.models import Utilisateur
from planning.selectors.responsables import Titulaires
from planning.selectors.tableau_de_bord import Responsable
from reseaux.models import Habilitation, MembreGroupe


def titulaires_de(responsables: Iterable[Responsable], departement: int, jour: dt.date) -> Titulaires:
    """What `Titulaires.des_departements` says of these owners, in two queries."""
    bruts = {responsable.brut for responsable in responsables}
    titulaires = Titulaires(jour)
    if groupes := {groupe for _, groupe, _ in bruts if groupe}:
        membres = MembreGroupe.objects.en_vigueur(jour).filter(groupe__in=groupes).order_by("pk")
        for groupe, personne, role in membres.values_list("groupe", "utilisateur", "role"):
            titulaires.groupes[groupe].append((personne, role))
            bruts.add((personne, None, role))
    roles = {role for _, _, role in bruts if role}
    personnes = {personne for personne, _, _ in bruts if personne}
    habilitations = Habilitation.objects.en_vigueur(jour).filter(
        Q(role__in=roles) | Q(utilisateur__in=personnes), utilisateur__is_active=True
    )
    situees = habilitations.annotate(
        ou=Coalesce("cio__departement", "etablissement__departement", "departement")
    ).filter(ou=departement)
    champs = ("utilisateur_id", "utilisateur__prenom", "utilisateur__nom", "role", "cio_id")
    for pk, prenom, nom, role, cio in situees.order_by("pk").values_list(*champs):
        utilisateur = Utilisateur(pk=pk, prenom=prenom, nom=nom)
        titulaires.en_poste[departement, pk] = utilisateur
        titulaires.par_role[departement, role].append((utilisateur, cio))
    return titulaires
