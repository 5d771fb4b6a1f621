using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Inference.Models;

namespace Assay.Registry.Cards;

/// <summary>A card as Markdown behind the YAML front matter that Hugging Face reads.</summary>
internal static class CardMarkdown
{
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(ModelCard card)
    {
        var text = new StringBuilder();
        FrontMatter(text, card);
        var (facts, words) = (card.Facts, card.Words);
        text.Append(CultureInfo.InvariantCulture, $"\n# {facts.Model} {facts.Version}\n\n{words.Overview ?? $"Predicts {facts.Schema.Label}."}\n");
        text.Append(CultureInfo.InvariantCulture, $"\nDigest of its signed files: `{facts.Digest}`. Card number {card.Number}{(card.Number == 0 ? ": nobody has written about this version yet" : "")}.\n");
        Lines(text, "Intended use", words.IntendedUses);
        Lines(text, "Users", words.Users);
        Lines(text, "Limits", words.Limitations);
        Lines(text, "Trade-offs", words.Tradeoffs);
        Lines(text, "Ethical considerations", words.EthicalConsiderations?.Select(risk => With(risk.Name, ("Mitigation", risk.Mitigation))));
        Lines(text, "Fairness", words.FairnessNotes?.Select(note =>
            With(note.Group, ("Benefits", note.Benefits), ("Harms", note.Harms), ("Mitigation", note.Mitigation))));
        Facts(text, facts);
        Lines(text, "Owners", words.Owners?.Select(owner => owner.Contact is null ? owner.Name : $"{owner.Name} ({owner.Contact})"));
        return text.ToString();
    }

    private static void FrontMatter(StringBuilder text, ModelCard card)
    {
        var facts = card.Facts;
        var classification = facts.Schema.Task == ModelTask.Classification;
        var task = classification ? "tabular-classification" : "tabular-regression";
        text.Append("---\n");
        if (card.Words.Licence is { } licence)
        {
            // Hugging Face writes SPDX identifiers in lower case, and anything else as another licence with a name.
            text.Append(SpdxLicences.Find(licence) is { } id
                ? $"license: {id.ToLowerInvariant()}\n"
                : $"license: other\nlicense_name: {Quoted(licence)}\n");
        }

        // Of a model of another kind nothing is known that the front matter has a word for.
        if (facts.Schema.Task == ModelTask.Unknown)
        {
            text.Append("---\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"library_name: onnx\npipeline_tag: {task}\ntags:\n- tabular\n- onnx\n");
        var metrics = facts.Metrics.Where(metric => metric.Slice is null).ToList();
        if (metrics.Count == 0)
        {
            text.Append("---\n");
            return;
        }

        text.Append("metrics:\n");
        foreach (var metric in metrics)
            text.Append(CultureInfo.InvariantCulture, $"- {Quoted(NameOf(metric.Name))}\n");
        var data = facts.Datasets.Count > 0 ? facts.Datasets[0] : null;
        text.Append(CultureInfo.InvariantCulture, $"model-index:\n- name: {Quoted(facts.Model)}\n  results:\n  - task:\n      type: {task}\n    dataset:\n");
        text.Append(CultureInfo.InvariantCulture, $"      name: {Quoted(data?.Name ?? "unknown")}\n      type: {Quoted(data?.Name ?? "unknown")}\n");
        if (data is not null)
            text.Append(CultureInfo.InvariantCulture, $"      revision: {Quoted(data.Digest)}\n");
        text.Append("    metrics:\n");
        foreach (var metric in metrics)
            text.Append(CultureInfo.InvariantCulture, $"    - type: {Quoted(NameOf(metric.Name))}\n      value: {CardElement.Number(metric.Value)}\n      name: {Quoted(metric.Name)}\n");
        text.Append("---\n");
    }

    private static void Facts(StringBuilder text, CardFacts facts)
    {
        text.Append("\n## Metrics\n\n| metric | rows | value |\n|---|---|---|\n");
        foreach (var metric in facts.Metrics)
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(metric.Name)} | {Cell(metric.Slice ?? "all")} | {metric.Value:0.####} |\n");
        Lines(text, "Data", facts.Datasets.Select(data => $"{data.Name}{(data.Version is { } version ? $" version {version}" : "")}, `{data.Digest}`{(data.Synthetic == true ? ", made-up rows" : "")}"));
        Lines(text, "Columns left out", facts.ExcludedColumns.Select(column => $"{column.Column}: {column.Reason}"));
        Lines(text, "Inputs", facts.Schema.Inputs.Select(CardElement.InputOf));
        Lines(text, "Notes of the training", facts.Notes);
    }

    private static void Lines(StringBuilder text, string title, IEnumerable<string>? lines)
    {
        var all = lines?.ToList() ?? [];
        if (all.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        foreach (var line in all)
            text.Append("- ").Append(line.ReplaceLineEndings(" ")).Append('\n');
    }

    private static string With(string first, params (string Name, string? Text)[] rest) =>
        string.Join(" ", [first, .. rest.Where(part => part.Text is not null).Select(part => $"{part.Name}: {part.Text}")]);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string NameOf(string metric) => metric switch
    {
        "auc" => "roc_auc",
        "r2" => "r_squared",
        "brier" => "brier_score",
        _ => metric,
    };

    // Text in JSON's quotes is YAML as well.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Quoting);
}
