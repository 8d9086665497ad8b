import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["aaaaaaaaaaaaaaaa\\000", "\u00d0\u00b0" * 16, "a.b/c'd--e;f;g'"])
def test_an_id_we_never_gave_out_is_nobodys(forged):
    client = Client(headers={"cookie": f'sessionid="{forged}"'})
    assert client.get("/settings/").status_code == 200
