using System.Text.Json;
using Assay.Cli.Output;
using Assay.Inference.Explanations;
using Spectre.Console;

namespace Assay.Cli.Verbs;

/// <summary>Explanations as text.</summary>
internal static class ExplanationText
{
    public static void Show(ExplanationAnswer answer)
    {
        var unit = answer.Space switch
        {
            ExplanationSpace.LogOdds => "log-odds",
            ExplanationSpace.Score => "score",
            _ => "prediction",
        };
        for (var row = 0; row < answer.Explanations.Count; row++)
        {
            var explained = answer.Explanations[row];
            var what = explained.Class is { } name ? $"{name}, " : "";
            Screen.Line($"Row {row + 1}: {what}prediction {Figures.Figure(explained.Prediction)}; {unit} {Figures.Figure(explained.Output)}, of which {Figures.Figure(explained.Base ?? answer.Base)} is everybody's.");
            var table = Screen.Table("Input", "Value", $"Adds to {unit}");
            foreach (var each in explained.Attributions.OrderByDescending(each => Math.Abs(each.Attribution)))
                table.AddRow(Markup.Escape(each.Input), Markup.Escape(each.Elements is { } elements ? $"{elements} elements" : each.Value?.ToString() ?? "–"), Signed(each.Attribution));
            Screen.Out.Write(table);
            Screen.Line($"Adds up within {Figures.Figure(explained.AdditivityError)}.");
        }

        Screen.Line($"By {JsonNamingPolicy.CamelCase.ConvertName(answer.Method.ToString())}, compared with {answer.Background}");
        if (answer.Grouping is { } grouping)
            Screen.Line(grouping);
    }

    private static string Signed(double attribution) => (attribution > 0 ? "+" : "") + Figures.Figure(attribution);
}
