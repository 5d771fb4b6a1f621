using Assay.Cli.Output;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Serving;
using Spectre.Console;

namespace Assay.Cli.Verbs.Serving;

/// <summary>An endpoint as text.</summary>
internal static class EndpointText
{
    public static void Show(EndpointDetail detail)
    {
        var row = detail.Endpoint;
        Screen.Out.MarkupLine($"{Mark(row.State)} [bold]{Markup.Escape(row.Name)}[/]: {Markup.Escape(row.Model)} {Answers(row)}, follows '{Markup.Escape(row.Target)}', changed {Figures.Time(row.UpdatedAt)}");
        if (row.Problem is { } problem)
            Screen.Out.MarkupLine($"[red]{Markup.Escape(problem)}[/]");
        if (row.Digest is { } digest)
            Screen.Line(digest);
        Screen.Line(Traffic(detail.Stats));
        if (detail.Rollout is { Rollout: { EndedAt: null } rollout })
            Screen.Line($"A roll-out ({RolloutText.Name(rollout.Strategy.ToString())}) goes on{RolloutText.Place(rollout)}: 'assay rollout show {row.Name}'.");
        if (detail.Policy is { } policy)
            Screen.Line($"Promotions come by a roll-out ({RolloutText.Name(policy.Strategy.ToString())}).");
        if (detail.Schema is { } schema)
            Screen.Write(Inputs(schema), "A row holds nothing.");
        else if (detail.Signature is { } signature)
            Screen.Write(Tensors(signature), "The model names neither inputs nor outputs.");
    }

    public static string Answers(EndpointSummary row) => row.Split is { } split
        ? string.Join(", ", split.Select(share => $"v{share.Version} {Figures.Figure(share.Percent)} %"))
        : row.Version is { } version ? $"v{version}" : "-";

    public static string Mark(EndpointState state) => state switch
    {
        EndpointState.Ready => "[green]✓[/]",
        EndpointState.Failed => "[red]✗[/]",
        _ => "…",
    };

    private static string Traffic(EndpointStats stats) => stats.Requests == 0
        ? $"No requests in the last {stats.WindowSeconds / 60} minutes."
        : $"{Figures.Number(stats.Requests)} requests in the last {stats.WindowSeconds / 60} minutes, {Figures.Number(stats.Errors)} without predictions; "
            + $"p50 {Figures.Figure(stats.P50Milliseconds)} ms, p95 {Figures.Figure(stats.P95Milliseconds)} ms, p99 {Figures.Figure(stats.P99Milliseconds)} ms";

    private static Table Inputs(ModelSchema schema)
    {
        var table = Screen.Table("Input", "Type", "May be missing", "Values");
        foreach (var input in schema.Inputs)
        {
            table.AddRow(
                Markup.Escape(input.Name), input.Type == InputType.Number ? "number" : "category", input.Nullable ? "yes" : "no",
                Markup.Escape(string.Join(", ", input.Categories ?? [])));
        }

        return table;
    }

    private static Table Tensors(ModelSignature signature)
    {
        var table = Screen.Table("", "Name", "Type", "Shape", "May be left out");
        foreach (var (side, spec) in signature.Inputs.Select(input => ("in", input)).Concat(signature.Outputs.Select(output => ("out", output))))
            table.AddRow(side, Markup.Escape(spec.Name), spec.Datatype, Markup.Escape($"[{string.Join(", ", spec.Shape)}]"), side == "out" ? "" : spec.Optional ? "yes" : "no");
        return table;
    }
}
