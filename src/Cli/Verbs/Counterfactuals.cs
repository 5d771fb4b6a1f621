using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Inference.Counterfactuals;
using Spectre.Console;

namespace Assay.Cli.Verbs;

/// <summary><c>assay counterfactuals</c>.</summary>
internal static class Counterfactuals
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    private static readonly Argument<string> Row = new("row")
    {
        Description = "JSON: one row, as […] in the schema's order, also in a list of its own as predict takes it, or {…} by column; @FILE reads a file, - standard input",
        HelpName = "ROW",
    };

    private static readonly Option<string[]> Immutable = new("--immutable") { Description = "An input that may not change", HelpName = "INPUT" };
    private static readonly Option<string[]> Within = new("--within") { Description = "A number's range, such as age=18..65 or age=18..", HelpName = "INPUT=MIN..MAX" };
    private static readonly Option<string[]> Up = new("--up") { Description = "A number that may only grow", HelpName = "INPUT" };
    private static readonly Option<string[]> Down = new("--down") { Description = "A number that may only shrink", HelpName = "INPUT" };
    private static readonly Option<double?> Min = new("--min") { Description = "Predictions that are wanted: at least this", HelpName = "P" };
    private static readonly Option<double?> Below = new("--below") { Description = "Predictions that are wanted: less than this", HelpName = "P" };
    private static readonly Option<string[]> Values = new("--values") { Description = "A category's values to choose from, such as plan=basic,plus", HelpName = "INPUT=A,B" };
    private static readonly Option<int?> Changes = new("--changes") { Description = "How many inputs may change at a time, 1 to 6; 4 without it", HelpName = "N" };
    private static readonly Option<int?> Count = new("--count") { Description = "How many at most; 3 without it", HelpName = "N" };

    public static Command Create()
    {
        var verb = new Verb(
            "counterfactuals",
            "Finds rows near to one for which the model decides otherwise",
            "assay counterfactuals churn '[12,\"month-to-month\",79.5]'",
            "assay counterfactuals churn @row.json --immutable age --up tenure --within monthly=20..80",
            "assay counterfactuals rent '[3,17.5]' --min 500 --json").Connected();
        verb.Add(Endpoint);
        verb.Add(Row);
        foreach (var option in new Option[] { Immutable, Within, Up, Down, Values, Changes, Min, Below, Count })
            verb.Add(option);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var (min, below) = (parsed.GetValue(Min), parsed.GetValue(Below));
        var request = new CounterfactualRequest(
            RowOf(await JsonBody.Read(parsed.GetRequiredValue(Row), cancel)),
            min is null && below is null ? null : new(min, below),
            parsed.GetValue(Immutable) ?? [],
            Rules(parsed),
            parsed.GetValue(Count),
            parsed.GetValue(Changes));
        session.Write(await session.Client.Endpoints.Counterfactuals(parsed.GetRequiredValue(Endpoint), request, cancel), Show);
        return 0;
    }

    private static JsonElement RowOf(byte[] json)
    {
        try
        {
            var row = JsonSerializer.Deserialize<JsonElement>(json);
            return row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == 1 && row[0].ValueKind is JsonValueKind.Array or JsonValueKind.Object ? row[0] : row;
        }
        catch (JsonException)
        {
            throw new CommandException("ROW is not JSON. Write one row as '[1,\"a\"]' or '{\"column\":1}'.");
        }
    }

    private static Dictionary<string, ChangeRule> Rules(ParseResult parsed)
    {
        var (up, down) = (parsed.GetValue(Up) ?? [], parsed.GetValue(Down) ?? []);
        if (up.Intersect(down).FirstOrDefault() is { } both)
            throw new CommandException($"'{both}' can't have both --up and --down: it could not change at all, which is --immutable {both}.");
        var rules = new Dictionary<string, ChangeRule>(StringComparer.Ordinal);
        foreach (var range in parsed.GetValue(Within) ?? [])
        {
            var place = range.LastIndexOf('=');
            if (place < 1 || range[(place + 1)..].Split("..") is not [var min, var max])
                throw new CommandException($"--within {range} is no range; write it like age=18..65.");
            rules[range[..place]] = new(Number(min), Number(max));
        }

        foreach (var choice in parsed.GetValue(Values) ?? [])
        {
            var place = choice.IndexOf('=', StringComparison.Ordinal);
            if (place < 1)
                throw new CommandException($"--values {choice} names no input; write it like plan=basic,plus.");
            rules[choice[..place]] = rules.GetValueOrDefault(choice[..place], new()) with { Values = choice[(place + 1)..].Split(',') };
        }

        foreach (var input in up)
            rules[input] = rules.GetValueOrDefault(input, new()) with { Direction = ChangeDirection.Up };
        foreach (var input in down)
            rules[input] = rules.GetValueOrDefault(input, new()) with { Direction = ChangeDirection.Down };
        return rules;
    }

    private static double? Number(string text) =>
        text.Length == 0 ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : throw new CommandException($"'{text}' in --within is not a finite number.");

    private static void Show(CounterfactualAnswer answer)
    {
        Screen.Line($"The row as it is: prediction {Figures.Figure(answer.Prediction)}.");
        foreach (var found in answer.Counterfactuals)
        {
            Screen.Line($"Prediction {Figures.Figure(found.Prediction)}, distance {Figures.Figure(found.Distance)}:");
            var table = Screen.Table("Input", "From", "To");
            foreach (var change in found.Changes)
                table.AddRow(Markup.Escape(change.Input), Markup.Escape(change.From?.ToString() ?? "–"), Markup.Escape(change.To?.ToString() ?? "–"));
            Screen.Out.Write(table);
        }

        if (answer.Problem is { } problem)
            Screen.Line(problem);
    }
}
