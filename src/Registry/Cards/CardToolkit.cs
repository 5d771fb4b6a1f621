using System.Text.Json.Nodes;
using Assay.Kernel;

namespace Assay.Registry.Cards;

/// <summary>A card in the form of the Model Card Toolkit, schema version 0.0.2, which allows these members and no others.</summary>
internal static class CardToolkit
{
    public static JsonNode Of(ModelCard card)
    {
        var (facts, words) = (card.Facts, card.Words);
        return Predicates.Write(new Dictionary<string, object?>
        {
            ["schema_version"] = "0.0.2",
            ["model_details"] = new Dictionary<string, object?>
            {
                ["name"] = facts.Model,
                ["overview"] = words.Overview,
                ["owners"] = words.Owners?.Select(owner => new { owner.Name, owner.Contact }),
                ["version"] = new { Name = $"{facts.Version}", Date = facts.RegisteredAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) },
                ["licenses"] = Licences(words.Licence),
                ["references"] = new[] { new { Reference = AssayNames.Model(facts.Project, facts.Model, facts.Version) } },
            },
            ["model_parameters"] = new Dictionary<string, object?>
            {
                ["model_architecture"] = facts.Trainer is null ? "ONNX graph" : $"{facts.Trainer}, as an ONNX graph",
                ["data"] = facts.Datasets.Select(data => new
                {
                    data.Name,
                    Link = data.Version is { } version ? AssayNames.Dataset(facts.Project, data.Name, version) : null,
                    Description = data.Digest,
                }),
                ["input_format"] = string.Join("; ", facts.Schema.Inputs.Select(CardElement.InputOf)),
                ["output_format"] = $"{facts.Schema.Output}: number",
            },
            ["quantitative_analysis"] = new Dictionary<string, object?>
            {
                ["performance_metrics"] = facts.Metrics.Select(metric => new { Type = metric.Name, Value = CardElement.Number(metric.Value), metric.Slice }),
            },
            ["considerations"] = new Dictionary<string, object?>
            {
                ["users"] = Described(words.Users),
                ["use_cases"] = Described(words.IntendedUses),
                ["limitations"] = Described(words.Limitations),
                ["tradeoffs"] = Described(words.Tradeoffs),
                ["ethical_considerations"] = Risks(words),
            },
        });
    }

    private static IEnumerable<object>? Described(IReadOnlyList<string>? lines) => lines?.Select(line => new { Description = line });

    private static object[]? Licences(string? licence) => licence is null
        ? null
        : [SpdxLicences.Find(licence) is { } id ? new Dictionary<string, string> { ["identifier"] = id } : new Dictionary<string, string> { ["custom_text"] = licence }];

    // The toolkit has no place for fairness notes; they are risks as well.
    private static IEnumerable<object> Risks(CardWords words) =>
        (words.EthicalConsiderations ?? []).Select(risk => Risk(risk.Name, risk.Mitigation))
        .Concat((words.FairnessNotes ?? []).Select(note => Risk($"{note.Group}: {note.Harms ?? "could be treated worse"}", note.Mitigation)));

    private static Dictionary<string, string?> Risk(string name, string? mitigation) => new() { ["name"] = name, ["mitigation_strategy"] = mitigation };
}
