using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Spans;

/// <summary>Spans of one trace, with what they say together.</summary>
internal sealed record TraceSpans(string TraceId, List<(OtlpSpan Span, SpanMeaning Meaning)> Spans)
{
    /// <summary>The span that the others are a part of; null when it is not among these.</summary>
    public (OtlpSpan Span, SpanMeaning Meaning)? Root => Spans.FindIndex(one => one.Span.ParentId.Length == 0) is >= 0 and var at ? Spans[at] : null;

    public long StartedAt => Spans.Min(one => one.Span.StartedNs) / 1_000_000;

    public long? EndedAt => Spans.Max(one => one.Span.EndedNs) is > 0 and var end ? end / 1_000_000 : null;

    public string State => Root is not { } root ? TraceRow.InProgress : root.Span.StatusCode == 2 ? "ERROR" : "OK";
}

/// <summary>Writes spans, and what follows from them for their trace. The same spans again change nothing.</summary>
internal static class SpanWrites
{
    private static readonly string[] Statuses = ["UNSET", "OK", "ERROR"];

    private static readonly Statement Begin = new("""
        INSERT INTO tracking_traces (project, id, experiment_key, experiment_id, started_at, duration_ms, state, is_final)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, FALSE) ON CONFLICT (project, id) DO UPDATE SET id = excluded.id RETURNING key
        """);

    private static readonly Statement Change = new(
        "UPDATE tracking_traces SET started_at = @p1, duration_ms = @p2, state = @p3, request_preview = @p4, response_preview = @p5 WHERE key = @p0");

    private static readonly Statement Put = new("""
        INSERT INTO tracking_spans (trace_key, span_id, parent_id, otel_trace_id, name, type, status, started_ns, ended_ns, model, model_provider, usage, cost, content)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13)
        ON CONFLICT (trace_key, span_id) DO UPDATE SET parent_id = excluded.parent_id, otel_trace_id = excluded.otel_trace_id, name = excluded.name, type = excluded.type,
        status = excluded.status, started_ns = excluded.started_ns, ended_ns = excluded.ended_ns, model = excluded.model, model_provider = excluded.model_provider,
        usage = excluded.usage, cost = excluded.cost, content = excluded.content
        """);

    private static readonly Statement Counted = new(
        "SELECT s.usage, s.cost FROM tracking_spans s WHERE s.trace_key = @p0 AND (s.usage IS NOT NULL OR s.cost IS NOT NULL) ORDER BY s.started_ns, s.span_id");

    /// <summary>Adds spans to their trace, which is made in the experiment if it is not there yet.</summary>
    public static void Add(Session session, ExperimentScope scope, ExperimentRef experiment, TraceSpans trace)
    {
        var key = (long)session.With(
            Begin, scope.Project, trace.TraceId, experiment.Key, experiment.Id, trace.StartedAt, trace.EndedAt - trace.StartedAt, trace.State).ExecuteScalar()!;
        foreach (var (span, meaning) in trace.Spans)
            Write(session, key, span, meaning);
        var known = TraceReader.Get(session, scope, trace.TraceId);
        Update(session, known, trace);
        if (known.Tag(TraceKeys.ArtifactLocation) is null)
            TraceWrites.Tag(session, key, TraceKeys.ArtifactLocation, experiment.FilesOf(trace.TraceId));
        if (known.Tag(TraceKeys.SpansLocation) != TraceKeys.SpansAreHere)
            TraceWrites.Tag(session, key, TraceKeys.SpansLocation, TraceKeys.SpansAreHere);
        if (trace.Root is { } root)
        {
            foreach (var (name, value) in root.Meaning.TraceTags)
                TraceWrites.Tag(session, key, name, value);
        }

        Note(session, known, trace);
    }

    private static void Write(Session session, long trace, OtlpSpan span, SpanMeaning meaning) => session.Execute(
        Put, trace, span.SpanId, span.ParentId.Length == 0 ? null : span.ParentId, span.TraceId, Names.Cut(span.Name, Span.NameLengthMax),
        Names.Cut(meaning.Type, Span.TypeLengthMax), Statuses[span.StatusCode is > 0 and < 3 ? span.StatusCode : 0], span.StartedNs, span.EndedNs > 0 ? span.EndedNs : null,
        meaning.Model is { } model ? Names.Cut(model, Names.LengthMax) : null, meaning.ModelProvider is { } provider ? Names.Cut(provider, Names.LengthMax) : null,
        meaning.Usage, meaning.Cost, SpanContent.Of(span));

    // What the client has said of the trace itself stands, whatever the spans say.
    private static void Update(Session session, TraceRow known, TraceSpans trace)
    {
        var (started, duration) = (known.StartedAt, known.DurationMs);
        if (!known.IsFinal)
        {
            started = Math.Min(known.StartedAt, trace.StartedAt);
            long? ended = known.DurationMs is { } lasted ? known.StartedAt + lasted : null;
            ended = trace.EndedAt is { } end && (ended is null || end > ended) ? end : ended;
            duration = ended - started;
        }

        var state = known.State is TraceRow.InProgress or "STATE_UNSPECIFIED" && trace.Root is not null ? trace.State : known.State;
        var request = known.RequestPreview ?? SpanPreview.Of(trace.Root?.Meaning.Inputs, "user");
        var response = known.ResponsePreview ?? SpanPreview.Of(trace.Root?.Meaning.Outputs, "assistant");
        session.Execute(Change, known.Key, started, duration, state, request, response);
    }

    private static void Note(Session session, TraceRow known, TraceSpans trace)
    {
        var meanings = trace.Spans.Select(one => one.Meaning).ToList();
        if (!known.IsFinal && known.MetadataOf(TraceKeys.Session) is null && meanings.Select(one => one.Session).FirstOrDefault(one => one is not null) is { } id)
            TraceWrites.Metadata(session, known.Key, TraceKeys.Session, Names.Cut(id, TraceFields.ValueLengthMax));
        if (known.MetadataOf(TraceKeys.User) is null && meanings.Select(one => one.User).FirstOrDefault(one => one is not null) is { } user)
            TraceWrites.Metadata(session, known.Key, TraceKeys.User, Names.Cut(user, TraceFields.ValueLengthMax));
        if (meanings.TrueForAll(one => one.Usage is null && one.Cost is null))
            return;
        var (usages, costs) = (new List<string>(), new List<string>());
        using (var reader = session.With(Counted, known.Key).ExecuteReader())
        {
            while (reader.Read())
            {
                if (reader.TextOrNull(0) is { } usage)
                    usages.Add(usage);
                if (reader.TextOrNull(1) is { } cost)
                    costs.Add(cost);
            }
        }

        NoteSum(session, known, TraceKeys.TokenUsage, usages);
        NoteSum(session, known, TraceKeys.Cost, costs);
    }

    private static void NoteSum(Session session, TraceRow known, string key, List<string> parts)
    {
        if (parts.Count > 0 && !(known.IsFinal && known.MetadataOf(key) is not null) && Sum(parts) is { } sum)
            TraceWrites.Metadata(session, known.Key, key, sum);
    }

    /// <summary>The sum of JSON objects of numbers, member by member; null when there is nothing to add.</summary>
    private static string? Sum(List<string> parts)
    {
        var sums = new JsonObject();
        foreach (var part in parts)
        {
            try
            {
                foreach (var member in JsonNode.Parse(part) as JsonObject ?? [])
                {
                    if (member.Value is JsonValue value && value.GetValueKind() == JsonValueKind.Number)
                        sums[member.Key] = Added(sums[member.Key]?.GetValue<double>() ?? 0, value.GetValue<double>());
                }
            }
            catch (Exception problem) when (problem is JsonException or ArgumentException)   // no JSON, or a name twice: nothing to count
            {
                continue;
            }
        }

        return sums.Count == 0 ? null : "{" + string.Join(", ", sums.Select(sum => string.Create(CultureInfo.InvariantCulture, $"{JsonSerializer.Serialize(sum.Key)}: {sum.Value!.GetValue<double>()}"))) + "}";
    }

    private static double Added(double sum, double more) => double.IsFinite(sum + more) ? sum + more : sum;
}
