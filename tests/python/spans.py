"""Sends what an agent does as spans of the GenAI conventions, with the OpenTelemetry SDK.

spans.py ADDRESS TOKEN
"""

import sys

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode

address, token = sys.argv[1:3]
exporter = OTLPSpanExporter(
    endpoint=f"{address}/v1/traces",
    headers={"Authorization": f"Bearer {token}"},
    compression=Compression.Gzip,
)
provider = TracerProvider(resource=Resource.create({"service.name": "support"}))
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer("agents")
with tracer.start_as_current_span("invoke_agent triage-bot") as agent:
    agent.set_attribute("gen_ai.operation.name", "invoke_agent")
    agent.set_attribute("gen_ai.agent.name", "triage-bot")
    agent.set_attribute("gen_ai.conversation.id", "conversation-7")
    for tool, path in (("read_file", "runbooks/access.md"), ("delete_file", "runbooks/old “notes”.md")):
        with tracer.start_as_current_span(f"execute_tool {tool}") as call:
            call.set_attribute("gen_ai.operation.name", "execute_tool")
            call.set_attribute("gen_ai.agent.name", "triage-bot")
            call.set_attribute("gen_ai.tool.name", tool)
            call.set_attribute("gen_ai.tool.call.arguments", f'{{"path": "{path}"}}')
            call.set_attribute("gen_ai.conversation.id", "conversation-7")
            if tool == "delete_file":
                call.set_status(Status(StatusCode.ERROR, "no such file"))
if not provider.force_flush(10_000):
    sys.exit("the spans were not exported")
provider.shutdown()
