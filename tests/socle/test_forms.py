"""DSFR forms: labels, hints, errors and widgets as a screen reader meets them."""

import datetime as dt

import pytest
from crispy_forms.layout import Column, Div, Fieldset, Layout, Row, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from pytest_django.asserts import assertHTMLEqual

from socle.forms import FiltreDsfr, FormulaireDsfr
from socle.views import ajouter_erreurs


class Essai(FormulaireDsfr):
    nom = forms.CharField(label="Nom", help_text="Nom d’usage")
    statut = forms.ChoiceField(label="Statut", choices=[("", "Choisir"), ("t", "<Titulaire>")])
    debut = forms.DateField(label="Du", required=False)
    modalite = forms.ChoiceField(
        label="Modalité", choices=[("p", "Présentiel"), ("d", "Distanciel")], widget=forms.RadioSelect
    )
    publics = forms.MultipleChoiceField(
        label="Publics",
        choices=[("e", "EANA"), ("c", "CFA")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    fichier = forms.FileField(label="Fichier", required=False)
    accord = forms.BooleanField(label="Accord")


def rendu(form) -> str:
    gabarit = Template("{% load crispy_forms_tags %}{% crispy form %}")
    return " ".join(gabarit.render(Context({"form": form})).split())


def test_un_champ_refuse_garde_son_aide_et_dit_son_erreur():
    html = rendu(Essai({"modalite": "p"}))
    assert 'aria-describedby="id_nom_helptext id_nom_error"' in html
    assert 'id="id_nom_helptext">Nom d’usage' in html
    assert '<div id="id_nom_error"><p class="fr-error-text">' in html
    assert 'aria-invalid="true"' in html


def test_le_resume_mene_a_chaque_champ_refuse():
    html = rendu(Essai({}))
    assert "4 corrections sont nécessaires" in html
    for ancre in ("id_nom", "id_statut", "id_modalite_0", "id_accord"):
        assert f'href="#{ancre}"' in html
        assert f'id="{ancre}"' in html


def test_une_seule_erreur_s_annonce_au_singulier():
    assert "Une correction est nécessaire" in rendu(Essai({"statut": "t", "modalite": "p", "accord": "on"}))


def test_le_facultatif_est_marque_sauf_dans_un_filtre():
    class Filtre(FiltreDsfr):
        nom = forms.CharField(label="Nom", required=False)

    assert rendu(Essai()).count("(facultatif)") == 3
    assert "facultatif" not in rendu(Filtre())


def test_les_widgets_ont_l_habit_du_dsfr():
    html = rendu(Essai(initial={"debut": dt.date(2026, 9, 1)}))
    assert 'type="date" name="debut" value="2026-09-01" class="fr-input"' in html
    assert 'class="fr-upload"' in html
    assert '<div class="fr-upload-group">' in html
    assert html.count('<div class="fr-radio-group">') == 2
    assert '<input type="checkbox" name="publics" value="e" id="id_publics_0">' in html


@pytest.mark.parametrize("multiple", [False, True])
def test_la_liste_rapide_rend_ce_que_django_rend(multiple):
    choix = [("", "Choisir"), ("Groupe <1>", [(1, "Un & un"), (2, "Deux")]), (None, "Vide")]
    classe = forms.MultipleChoiceField if multiple else forms.ChoiceField

    class DeDjango(forms.Form):
        champ = classe(choices=choix)

    class Rapide(FormulaireDsfr):
        champ = classe(choices=choix)

    initial = {"champ": [1, 2] if multiple else 2}
    attendu = str(DeDjango(initial=initial)["champ"])
    obtenu = str(Rapide(initial=initial)["champ"]).replace(' class="fr-select"', "")
    assertHTMLEqual(obtenu, attendu)


def test_un_champ_change_apres_coup_est_bien_celui_qui_parait():
    class Tardif(Essai):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["nom"] = forms.ChoiceField(label="Nom", choices=[("a", "Ada")])

    assert "Ada" in rendu(Tardif())


def test_la_mise_en_page_de_crispy():
    form = Essai()
    form.helper.layout = Layout(
        Fieldset("Personne", Row(Column("nom"), Column("statut")), css_id="personne"),
        Div("debut", "modalite", css_class="fr-mt-2w"),
    )
    form.helper.add_input(Submit("envoyer", "Proposer"))
    html = rendu(form)
    assert '<legend class="fr-fieldset__legend">Personne</legend>' in html
    assert html.count('class="fr-col-12 fr-col-md"') == 2
    assert 'type="submit" name="envoyer" value="Proposer"' in html
    assert 'name="fichier"' not in html


def test_les_erreurs_d_un_service_vont_au_champ_ou_en_tete():
    form = Essai({"nom": "A", "statut": "t", "modalite": "p", "accord": "on"})
    assert form.is_valid()
    ajouter_erreurs(form, ValidationError({"nom": "Déjà pris.", "inconnu": "Année close."}))
    assert form.errors["nom"] == ["Déjà pris."]
    assert form.non_field_errors() == ["Année close."]
    ajouter_erreurs(form, ValidationError("Le total dépasse la capacité."))
    assert "Le total dépasse la capacité." in rendu(form)


class Lignes(FormulaireDsfr):
    titre = forms.CharField(max_length=20)
    courriel = forms.EmailField(required=False)
    texte = forms.CharField(widget=forms.Textarea, required=False)
    cachee = forms.CharField(widget=forms.HiddenInput, required=False)
    secret = forms.CharField(widget=forms.PasswordInput, strip=False, required=False)


@pytest.mark.parametrize(
    ("saisi", "lu"),
    [
        ("Point\r\nBcc: x@y.fr", "Point Bcc: x@y.fr"),
        ("  Trop\t \u2028\u0085 large  ", "Trop large"),
        ("\x1b[2Jeffacé\x00\x9b", "[2Jeffacé"),
        ("Réseau «\u00a0Nord\u202f»", "Réseau «\u00a0Nord\u202f»"),
    ],
)
def test_un_champ_d_une_ligne_n_en_contient_qu_une(saisi, lu):
    form = Lignes({"titre": saisi})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["titre"] == lu


def test_une_adresse_n_a_ni_fin_de_ligne_ni_espace():
    assert "courriel" in Lignes({"titre": "T", "courriel": "a@b.fr\nbcc:c@d.fr"}).errors


def test_un_texte_un_champ_cache_un_mot_de_passe_restent_tels_quels():
    form = Lignes({"titre": "T", "texte": "a\n\nb", "cachee": "c\n  d", "secret": " deux  espaces\t"})
    assert form.is_valid(), form.errors
    assert [form.cleaned_data[nom] for nom in ("texte", "cachee", "secret")] == [
        "a\n\nb",
        "c\n  d",
        " deux  espaces\t",
    ]


def test_rien_que_des_blancs_est_un_champ_vide():
    assert Lignes({"titre": "\r\n\x00"}).errors.as_data()["titre"][0].code == "required"
