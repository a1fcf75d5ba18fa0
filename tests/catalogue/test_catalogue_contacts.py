"""E-mail addresses and telephone numbers are found in six scripts; numbers of other kinds are left alone."""

import pytest

from cosmopolis.catalogue.contacts import holds_contact

HARMLESS = [
    "Between 2019 and 2024 the list grew from 1 200 to 3 400.",
    "It would cost 1 250 000 EUR, +12 000 more a year.",
    "The budget rises by +12 000 000 over ten years.",
    "See decision 2024-03-15/0231.",
    "Children of 0 to 14 years; rooms 01-04 and 0.5 posts.",
    "Open from 07:30 to 16:00 on 01/02/2024.",
    "Open 07.30-16.00, 08.00-12.00 on Fridays.",
    "From 01/02/2024 - 03/04/2024, then from 05.06.2025 - 07.08.2026.",
    "In an emergency call 112 or 116 117.",
    "Organic Law 4/2000 of 11 January 2000, articles 012-034.",
    "Ordinance 08/2019/01234, published on pages 112-119.",
    "Decree 1234-2019-EF and Regulation (EU) 2016/679.",
    "File 0012345/2023, volume 3, page 45.",
    "ISBN 978-84-123-4567-8, ISSN 1234-5678.",
    "Population 5 733 250 in 2024, 25.1 % of them born abroad.",
    "1.250.000 € in 2024 and 1,250,000 USD in 2025",
    "$ 1 250 000 000 and EUR 0.75 a day",
    "Districts 01, 02, 03, 04, 05, 06, 07, 08, 09 and 10.",
    "Written by @townhall, see https://town.example/2024/0123456789012",
    "Rate 0.123456789, weight 12.345678901",
    "Loi n° 2018-778 du 10 septembre 2018, décret 2019-1329.",
    "Ley Orgánica 2/2009, de 11 de diciembre; BOE-A-2009-19949.",
    "El padrón cuenta 1.620.343 personas, 15.000 más que en 2022.",
    "根据第2024/0123号决定，预算为1250000000元。",
    "2024年3月15日，共有13812345678元。",
    "القانون رقم ١٢/٢٠٠٩، الصفحات ٠١٢–٠٣٤، بتاريخ ٢٠٢٤/٠٣/١٥",
    "اتصل بالرقم ١١٢ في حالات الطوارئ",
    "Закон № 115-ФЗ от 25.07.2002, статья 5, с. 12–19.",
    "Бюджет 1 250 000 000 рублей, на 12 000 000 больше.",
    "С 01.01.2024 по 31.12.2026, с 09.00-18.00.",
    "Meetings: 2019-2024, 2025-2028; seats 12/24.",
    "The phone line costs 120 000 EUR a year; telephones 2024: 120.",
]
HARMFUL = [
    "Write to maria@harbour.example.",
    "maria.lopez (at) harbour.example",
    "Call +34 600 123 456.",
    "Ask 0171 2345678.",
    "Ring (555) 123-4567 or 555-123-4567 after six.",
    "Tel. 915 550 123",
    "020 7946 0018 in the mornings",
    "Appelez le 01 23 45 67 89 ou le 01.23.45.67.89.",
    "Llame al 91 555 01 23; pregunte por ella.",
    "WhatsApp: 612345678",
    "联系人电话：6123 4567",
    "请拨打13812345678。",
    "请发邮件至 ｗａｎｇ＠town.example",
    "للاستفسار: ٠٥٠ ١٢٣ ٤٥٦٧",
    "هاتف \u202a+966 50 123 4567\u202c",
    "Звоните 8 (495) 123-45-67.",
    "Пишите на иван@пример.рф",
    "тел. 123-45-67",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_of_other_kinds_are_left_alone(text):
    assert not holds_contact(text)


@pytest.mark.parametrize("text", HARMFUL)
def test_addresses_and_telephone_numbers_are_found(text):
    assert holds_contact(text)
