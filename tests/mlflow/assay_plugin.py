"""Runs MLflow's own tests against Assay: a pytest plugin that gives each test a project of its own.

MLflow's tests start a server and hand it to the test by a fixture, under another name in each file. This plugin puts
fixtures of its own in their place, after a test file has been imported and before its tests are collected. Everything
else of the file stays as it is. `tests/mlflow/run` starts Assay and pytest with this plugin.
"""

import os
import signal
import uuid

import pytest
import requests

ADDRESS = os.environ["ASSAY_ADDRESS"]
TOKEN = os.environ["MLFLOW_TRACKING_TOKEN"]
SECONDS = int(os.environ.get("ASSAY_TEST_SECONDS", "60"))


def new_project():
    """Makes a project and returns the tracking URI of its clients."""
    name = "t" + uuid.uuid4().hex[:16]
    answer = requests.post(ADDRESS + "/api/v1/projects", json={"name": name})
    answer.raise_for_status()
    return f"{ADDRESS}/projects/{name}"


def _sign_requests():
    """Tests that call the server without MLflow's client know no token."""
    send = requests.Session.request

    def request(self, method, url, **options):
        headers = dict(options.get("headers") or {})
        known = options.get("auth") or any(name.lower() == "authorization" for name in headers)
        if str(url).startswith(ADDRESS) and not known:
            headers["Authorization"] = "Bearer " + TOKEN
            options["headers"] = headers
        return send(self, method, url, **options)

    requests.Session.request = request


_sign_requests()


def _in_project(make):
    """A fixture whose test runs with a new project as its tracking server, and gets what `make` makes of its address."""

    @pytest.fixture
    def fixture():
        import mlflow

        before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
        address = new_project()
        mlflow.set_tracking_uri(address)
        mlflow.set_registry_uri(address)
        mlflow.tracking.fluent._active_experiment_id = None
        yield make(address)
        mlflow.set_tracking_uri(before[0])
        mlflow.set_registry_uri(before[1])

    return fixture


def _client(address):
    from mlflow import MlflowClient

    return MlflowClient(address)


def _credentials(address):
    from mlflow.utils.rest_utils import MlflowHostCreds

    return lambda: MlflowHostCreds(address, token=TOKEN)


def _tracking_store(address):
    """MLflow's store for a server, with the defaults of the store in its tests, which tests of the latter count on."""
    from mlflow.store.tracking.rest_store import RestStore

    class Store(RestStore):
        def create_run(self, experiment_id, user_id=None, start_time=None, tags=None, run_name=None):
            return super().create_run(experiment_id, user_id, start_time, tags or [], run_name)

        def search_experiments(self, view_type=1, max_results=1000, filter_string=None, order_by=None, page_token=None):
            return super().search_experiments(view_type, max_results, filter_string, order_by, page_token)

    return Store(_credentials(address))


def _registry_store(address):
    from mlflow.store.model_registry.rest_store import RestStore

    class Store(RestStore):
        # A path of the server is no source here, as it is none of a server of MLflow.
        def create_model_version(self, name, source, *more, **options):
            return super().create_model_version(name, source if ":" in source else "s3://" + source, *more, **options)

    return Store(_credentials(address))


def _same(value):
    @pytest.fixture
    def fixture():
        return value

    return fixture




FIXTURES = {
    "tracking/test_rest_tracking.py": {"mlflow_client": _in_project(_client), "store_type": _same("sqlalchemy")},
    "tracking/test_model_registry.py": {"client": _in_project(_client)},
    "tracking/test_client_webhooks.py": {"client": _in_project(_client)},
    "tracking/test_client.py": {"tracking_uri": _in_project(lambda address: address)},
    "store/tracking/test_sqlalchemy_store.py": {"store": _in_project(_tracking_store), "workspaces_enabled": _same(False)},
    "store/model_registry/test_sqlalchemy_store.py": {"store": _in_project(_registry_store), "workspaces_enabled": _same(False)},
}


class _Module(pytest.Module):
    def _getobj(self):
        module = super()._getobj()
        for file, fixtures in FIXTURES.items():
            if str(self.path).replace(os.sep, "/").endswith("/tests/" + file):
                vars(module).update(fixtures)
        return module


def pytest_pycollect_makemodule(module_path, parent):
    return _Module.from_parent(parent, path=module_path)


def pytest_configure(config):
    for mark in ("allow_infer_pip_requirements_fallback", "notrackingurimock", "requires_ssh", "disable_clean_up", "classic", "asyncio"):
        config.addinivalue_line("markers", mark)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    """A test that waits for what never comes fails, and the next one runs."""

    def end(*_):
        raise TimeoutError(f"The test took more than {SECONDS} seconds.")

    signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
