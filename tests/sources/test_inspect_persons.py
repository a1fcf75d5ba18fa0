"""Files about single persons are refused, whatever they look like; tables of counts are not."""

# ruff: noqa: ARG005, E501
import random
from pathlib import Path

import pytest

from cosmopolis.errors import SourceError
from cosmopolis.sources.inspect import inspect_file

GIVEN = ["Ana", "Mehmet", "Fatima", "Jan", "Li", "Olga", "Yusuf", "Marie", "Pedro", "Amina"]
FAMILY = ["Kowalska", "Yilmaz", "Haddad", "Novak", "Chen", "Petrova", "Diallo", "Dubois", "Silva", "Khan", "Weber", "Rossi"]  # fmt: skip
COUNTRIES = ["Morocco", "Poland", "Syria", "Ghana", "Türkiye"]
CHINESE = ["王伟", "李娜", "张敏", "刘洋", "陈静", "杨磊", "赵军", "黄丽"]
ARABIC = ["محمد علي", "فاطمة حسن", "أحمد خالد", "سارة يوسف", "عمر سالم"]
RUSSIAN = ["Иванова Ольга Петровна", "Петров Иван Сергеевич", "Ахмедов Руслан Маратович", "Ким Анна Викторовна"]


class Maker:
    """Cells of made-up people, the same at every run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def given(self) -> str:
        return self.random.choice(GIVEN)

    def family(self) -> str:
        return self.random.choice(FAMILY) + self.random.choice(["", "", "-Mora", "-Lund", "ić", "son"])

    def born(self, form: str = "{y}-{m:02d}-{d:02d}") -> str:
        return form.format(
            y=self.random.randint(1935, 2020), m=self.random.randint(1, 12), d=self.random.randint(1, 28)
        )

    def number(self, digits: int = 8) -> str:
        return str(self.random.randint(10 ** (digits - 1), 10**digits - 1))

    def letter(self) -> str:
        return self.random.choice("ABCDEFGHJKLMNPQRSTVWXYZ")

    def country(self) -> str:
        return self.random.choice(COUNTRIES)

    def sex(self) -> str:
        return self.random.choice("FM")


PERSON_FILES = {
    "nombre;apellidos;fecha_nacimiento;nacionalidad": lambda m, i: [m.given(), m.family(), m.born(), m.country()],
    "Vorname;Nachname;Geburtsdatum;Staatsangehörigkeit": lambda m, i: [m.given(), m.family(), m.born("{d:02d}.{m:02d}.{y}"), m.country()],
    "prenom;nom;date_naissance;nationalite": lambda m, i: [m.given(), m.family(), m.born("{d:02d}/{m:02d}/{y}"), m.country()],
    "nome;cognome;data di nascita;cittadinanza": lambda m, i: [m.given(), m.family(), m.born(), m.country()],
    "voornaam;achternaam;geboortedatum;wijk": lambda m, i: [m.given(), m.family(), m.born(), f"Wijk {i % 5}"],
    "imie;nazwisko;pesel;dzielnica": lambda m, i: [m.given(), m.family(), m.number(11), f"D{i % 5}"],
    "ad;soyad;tc kimlik no;ilce": lambda m, i: [m.given(), m.family(), m.number(11), f"I{i % 5}"],
    "first_name;last_name;email": lambda m, i: [m.given(), m.family(), f"p{i}@example.org"],
    "id;email;year": lambda m, i: [i, f"person{i}@example.org", 2020],
    "full name;date of birth;ward": lambda m, i: [f"{m.given()} {m.family()}", m.born(), f"Ward {i % 6}"],
    "姓名;性别;出生日期": lambda m, i: [m.random.choice(CHINESE), m.random.choice("男女"), m.born()],
    "الاسم الكامل;تاريخ الميلاد;الجنسية": lambda m, i: [m.random.choice(ARABIC), m.born(), "سوريا"],
    "ФИО;дата рождения;район": lambda m, i: [m.random.choice(RUSSIAN), m.born("{d:02d}.{m:02d}.{y}"), f"Р{i % 4}"],
    "person_id;birth_date;sex;citizenship": lambda m, i: [100000 + i, m.born(), m.sex(), m.country()],
    "id;birthdate;sex;country_of_birth;ward": lambda m, i: [i, m.born(), m.sex(), m.country(), f"W{i % 9}"],
    "nie;sexo;edad;barrio": lambda m, i: [f"X{m.number(7)}{m.letter()}", m.sex(), m.random.randint(0, 99), f"B{i % 9}"],
    "passport;surname;country": lambda m, i: [f"{m.letter()}{m.number(8)}", m.family(), m.country()],
    "codice fiscale;quartiere;data nascita": lambda m, i: [f"RSSMRA{10 + i % 80}A{10 + i % 20}F{100 + i}X", f"Q{i % 5}", m.born()],
    "dni;nom;cognoms": lambda m, i: [f"{m.number(8)}{m.letter()}", m.given(), m.family()],
    "case number;name;phone": lambda m, i: [5000 + i, f"{m.given()} {m.family()}", f"+49 30 {m.number(7)}"],
    "id;sex;age;citizenship": lambda m, i: [700000 + i, m.sex(), m.random.randint(0, 95), m.country()],
    "resident_id;sex;age;country of birth;district": lambda m, i: [f"R{i:06d}", m.sex(), m.random.randint(0, 95), m.country(), f"D{i % 9}"],
    "Nr;Geschlecht;Alter;Staatsangehörigkeit;Bezirk": lambda m, i: [i, m.random.choice(["m", "w"]), m.random.randint(0, 95), m.country(), f"B{i % 9}"],
    "matricule;sexe;date de naissance": lambda m, i: [m.number(9), m.sex(), m.born()],
    "a;b;c": lambda m, i: [f"{m.given()} {m.family()}", m.born(), f"x{i}@example.org"],
    "surname;given name;dob;permit number": lambda m, i: [m.family(), m.given(), m.born(), f"P{m.number(7)}"],
    "AZR-Nummer;Geburtsdatum;Geburtsland": lambda m, i: [m.number(12), m.born("{d:02d}.{m:02d}.{y}"), m.country()],
    "numero etranger;nom de famille;adresse": lambda m, i: [m.number(10), m.family(), f"{i} rue de Lyon"],
    "apelido;data nascimento;naturalidade": lambda m, i: [m.family(), m.born(), m.country()],
    "cpf;nome completo;bairro": lambda m, i: [m.number(11), f"{m.given()} {m.family()}", f"Bairro {i % 7}"],
}  # fmt: skip


@pytest.mark.parametrize("header", list(PERSON_FILES))
@pytest.mark.parametrize("delimiter", [";", ","])
def test_a_file_in_which_each_row_is_a_person_is_refused(tmp_path: Path, header: str, delimiter: str) -> None:
    maker = Maker(7)
    rows = [delimiter.join(map(str, PERSON_FILES[header](maker, i))) for i in range(1, 121)]
    path = tmp_path / "upload.csv"
    path.write_text("\n".join([header.replace(";", delimiter), *rows]) + "\n", encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        inspect_file(path)
    (fault,) = refused.value.faults
    assert fault.message_id == "inspect.persons"


def test_the_refusal_tells_names_of_columns_and_no_cell_of_a_person(tmp_path: Path) -> None:
    maker = Maker(3)
    rows = [f"{maker.given()};{maker.family()};{maker.born()}" for _ in range(40)]
    path = tmp_path / "upload.csv"
    path.write_text("\n".join(["Vorname;Nachname;Geburtsdatum", *rows]), encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        inspect_file(path)
    told = str(refused.value)
    assert "Vorname" in told
    assert not any(name in told for name in (*GIVEN, *FAMILY))


COUNT_FILES = {
    "year;ward;sex;age;count": lambda i: [2020, f"Ward {i % 8}", "FM"[i % 2], f"{i % 20 * 5}-{i % 20 * 5 + 4}", i * 7 % 90],
    "id;name;residents;area_ha": lambda i: [i, f"Alt Stadt {i}", 1000 + i * 13, 5.5 + i],
    "code;label": lambda i: [f"{i:03d}", f"Category {i}"],
    "country_code;name;2019;2020": lambda i: [i, f"Land{i}", i * 3, i * 4],
    "date;births;deaths": lambda i: [f"20{i % 25:02d}-{i % 12 + 1:02d}-01", i % 7, i % 5],
    "school;address;pupils": lambda i: [f"School {i}", f"{i} High Street", 100 + i],
    "barri;nom;any;nascuts a l'estranger": lambda i: [i % 73, f"el Barri {i % 73}", 2015 + i // 73, 30 + i],
    "Jahr;Staatsangehörigkeit;Geschlecht;Anzahl": lambda i: [2010 + i // 10, COUNTRIES[i % 5], "mw"[i % 2], i],
}  # fmt: skip


@pytest.mark.parametrize("header", list(COUNT_FILES))
def test_a_table_of_counts_is_not_taken_for_a_register(tmp_path: Path, header: str) -> None:
    rows = [";".join(map(str, COUNT_FILES[header](i))) for i in range(1, 121)]
    path = tmp_path / "counts.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert inspect_file(path).rows == 120


@pytest.mark.slow
def test_no_real_file_is_taken_for_a_register(data_folder: Path) -> None:
    files = sorted(path for path in data_folder.glob("*/*") if path.suffix in {".csv", ".geojson", ".xlsx"})
    assert files
    for path in files:
        assert inspect_file(path).rows > 0
