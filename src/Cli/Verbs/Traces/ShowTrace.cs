using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking.Traces;
using Spectre.Console;

namespace Assay.Cli.Verbs.Traces;

/// <summary><c>assay traces show</c>.</summary>
internal static class ShowTrace
{
    private static readonly Argument<string> Trace = TraceVerbs.Named("Trace to show, by its id");

    public static Command Create()
    {
        var verb = new Verb(
            "show",
            "Shows a trace: its spans as a tree, what went in and out, and what was said about it",
            "assay traces show tr-8f14e45fceea4b5d9e2f0c1a7b3d6e90",
            "assay traces show tr-8f14e45fceea4b5d9e2f0c1a7b3d6e90 --json").Connected();
        verb.Add(Trace);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        session.Write(await TraceVerbs.Find(session, session.Parsed.GetRequiredValue(Trace), cancel), Show);
        return 0;
    }

    private static void Show(TraceDetail trace)
    {
        Screen.Out.MarkupLine($"[bold]{Markup.Escape(trace.Name.Length > 0 ? trace.Name : trace.Id)}[/] [grey]{Markup.Escape(trace.Id)}[/] {TraceVerbs.Word(trace.State)}");
        Screen.Line($"Experiment {trace.ExperimentId}, began {Figures.Time(trace.StartedAt)}{(trace.DurationMilliseconds is { } took ? $", took {Figures.Seconds(took / 1000.0)}" : "")}");
        if (trace.RequestPreview is { } asked)
            Screen.Line($"Asked: {asked}");
        if (trace.ResponsePreview is { } answered)
            Screen.Line($"Answered: {answered}");
        ShowSpans(trace.Spans);
        var said = Screen.Table("Said", "Value", "By", "Why");
        foreach (var one in trace.Assessments)
            said.AddRow(Markup.Escape($"{one.Name} ({one.Kind})"), Markup.Escape(one.Value), Markup.Escape($"{one.SourceType} {one.SourceId}"), Markup.Escape(one.Rationale ?? ""));
        if (said.Rows.Count > 0)
            Screen.Out.Write(said);
        var facts = Screen.Table("Tag or metadata", "Value");
        foreach (var (key, value) in trace.Tags.Concat(trace.Metadata))
            facts.AddRow(Markup.Escape(key), Markup.Escape(value));
        if (facts.Rows.Count > 0)
            Screen.Out.Write(facts);
    }

    private static void ShowSpans(IReadOnlyList<TraceSpan> spans)
    {
        var table = Screen.Table("Span", "Type", "State", "Began", "Took");
        foreach (var (span, depth) in SpanTree.Of(spans))
        {
            table.AddRow(
                Markup.Escape(new string(' ', depth * 2) + span.Name), Markup.Escape(span.Type), TraceVerbs.Word(span.State),
                $"+{Figures.Seconds(span.StartedMicroseconds / 1e6)}", span.DurationMicroseconds is { } took ? Figures.Seconds(took / 1e6) : "");
        }

        Screen.Write(table, "No spans have come.");
    }
}
