using System.Text;
using System.Text.Json;
using Assay.Inference.Models;

namespace Assay.Inference.Requests;

/// <summary>The sentences of what can be wrong with a request: place, fault, remedy.</summary>
internal static class InputErrors
{
    private const int ValueLengthMax = 40;
    private const int ListedMax = 12;
    private const string Forms =
        "Send rows as [[…],[…]] in the schema's order, or [{…},{…}] by the columns' names, one {…} alone, or {\"dataframe_split\":{\"columns\":[…],\"data\":[[…]]}}, or {\"dataframe_records\":[{…}]}, or {\"instances\":[[…],[…]]}, or {\"inputs\":{\"COLUMN\":[…]}}.";

    public static InvalidInputException Empty() => new($"The body is empty. {Forms}");

    public static InvalidInputException NoRows() => new("The body has no rows. Send at least one.");

    public static InvalidInputException Form(string fault) => new($"{fault} {Forms}");

    public static InvalidInputException UnknownParams() => new("The model takes no params but 'explain'. Leave the others out.");

    public static InvalidInputException TooManyRows() =>
        new($"The body has more than {InputLimits.RowsMax:N0} rows. Send them in several requests.");

    /// <summary>What isn't JSON, knowing what stands where the reader stopped: JSON libraries that write NaN are many.</summary>
    public static InvalidInputException NotJson(JsonException problem, ReadOnlySpan<byte> rest, int? row, ModelInput? input)
    {
        var fault = FindNotFinite(rest) is not { } token ? $"the body is not valid JSON {PlaceOf(problem)}."
            : input is null or { Nullable: true } ? $"{token} is not JSON. Send null for a missing value."
            : $"{token} is not JSON. Send {Wanted(input)}: there is no null here, because the training data had no missing value.";
        return new($"{At(row, input?.Name)}{fault}".Capital(), row, input?.Name);
    }

    /// <summary>NaN or an infinity where the reader stopped; null where something else is.</summary>
    public static string? FindNotFinite(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t\r\n,:["u8);
        foreach (var token in (ReadOnlySpan<string>)["NaN", "Infinity", "-Infinity"])
        {
            if (rest.StartsWith(Encoding.UTF8.GetBytes(token)))
                return token;
        }

        return null;
    }

    /// <summary>Where the reader stopped, as the end of a sentence.</summary>
    public static string PlaceOf(JsonException problem) => problem is { LineNumber: { } line, BytePositionInLine: { } position }
        ? $"at line {line + 1}, byte {position + 1}"
        : "at its end";

    public static InvalidInputException NotText(int? row, string? column) => new(
        $"{At(row, column)}the text is not valid Unicode. Send the body as UTF-8.".Capital(), row, column);

    public static InvalidInputException SingleRow(JsonTokenType token, int row) => new(
        row == 1
            ? $"A row must be an array, and the body has {Kind(token)} in its place. Put even a single row into brackets of its own: [[…]]."
            : $"Row {row} is {Kind(token)}. Send each row as an array of its own: [[…],[…]].",
        row);

    public static InvalidInputException RecordNotObject(JsonTokenType token, int row) => new(
        $"Row {row} is {Kind(token)}. Send each row as an object: {{\"column\":value,…}}.", row);

    public static InvalidInputException TooFew(int sent, ModelInput[] inputs, int row) => new(
        $"Row {row} has {Values(sent)} instead of {inputs.Length}: there is none for column '{inputs[sent].Name}'. {Order(inputs)}",
        row,
        inputs[sent].Name);

    public static InvalidInputException TooMany(int sent, ModelInput[] inputs, int row) => new(
        $"Row {row} has {Values(sent)} instead of {inputs.Length}: column '{inputs[^1].Name}' is the last one. {Order(inputs)}",
        row,
        inputs[^1].Name);

    public static InvalidInputException WidthOfSplit(int sent, int columns, int row) => new(
        $"Row {row} has {Values(sent)}, but dataframe_split.columns names {columns}. Send one value per named column.", row);

    public static InvalidInputException EmptyCsv() => new("The body is empty. Send a line of column names, and a line per row.");

    public static InvalidInputException WidthOfCsv(int sent, int columns, int row) => new(
        $"Row {row} has {sent} values, and the first line names {columns} columns. Send one value per column.", row);

    public static InvalidInputException MissingColumn(ModelInput input, int? row) => new(
        $"{At(row, null)}column '{input.Name}' is missing. {(input.Nullable ? "Send null where its value is not known." : "The model needs it.")}".Capital(),
        row,
        input.Name);

    public static InvalidInputException UnknownColumn(ReadOnlySpan<byte> name, ModelInput[] inputs, int? row)
    {
        var shown = Cut(name);
        return new(
            $"{At(row, null)}the model has no column '{shown}'. Leave it out; the columns are {List(inputs.Select(input => input.Name))}.".Capital(),
            row,
            shown);
    }

    public static InvalidInputException NotValues(string column, JsonTokenType token) => new(
        $"Column '{column}' is {Kind(token)}. Send the values of all rows as an array.", column: column);

    public static InvalidInputException UnevenColumn(string column, int rows) => new(
        $"Column '{column}' does not have {rows} values like the others. Send one per row in each column.", column: column);

    public static InvalidInputException RepeatedColumn(string column, int? row) => new(
        $"{At(row, null)}column '{column}' is there twice. Send it once.".Capital(), row, column);

    public static InvalidInputException Null(ModelInput input, int row) => new(
        $"{At(row, input.Name)}null is not allowed, because the training data had no missing value here. Send {Wanted(input)}.",
        row,
        input.Name);

    public static InvalidInputException WrongType(ModelInput input, JsonTokenType token, ReadOnlySpan<byte> raw, int row)
    {
        var sent = token switch
        {
            JsonTokenType.String => $"the text \"{Cut(raw)}\"",
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Cut(raw),
            _ => Kind(token),
        };
        return new($"{At(row, input.Name)}expected {Wanted(input)}, got {sent}. {Remedy(input, token)}", row, input.Name);
    }

    public static InvalidInputException TooLarge(ModelInput input, ReadOnlySpan<byte> raw, int row) => new(
        $"{At(row, input.Name)}{Cut(raw)} is too large. Send a number between -3.4e38 and 3.4e38{(input.Nullable ? ", or null if it is not known" : "")}.",
        row,
        input.Name);

    public static InvalidInputException UnknownCategory(ModelInput input, ReadOnlySpan<byte> value, int row) => new(
        $"{At(row, input.Name)}the model doesn't know the value \"{Cut(value)}\". It knows {List(input.Categories!)}.", row, input.Name);

    private static string At(int? row, string? column) => (row, column) switch
    {
        (null, null) => "",
        (null, _) => $"Column '{column}': ",
        (_, null) => $"Row {row}: ",
        _ => $"Row {row}, column '{column}': ",
    };

    private static string Capital(this string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static string Values(int count) => count == 1 ? "1 value" : $"{count} values";

    private static string Order(ModelInput[] inputs) => $"The order is {List(inputs.Select(input => input.Name))}.";

    private static string Wanted(ModelInput input) => input.Type == InputType.Number
        ? "a number"
        : $"one of {List(input.Categories!)}";

    private static string Remedy(ModelInput input, JsonTokenType token) => (input.Type, token) switch
    {
        (InputType.Number, JsonTokenType.String) => "Write numbers without quotes.",
        (InputType.Category, JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False) => "Write it in quotes.",
        _ => "Send one plain value per column.",
    };

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    private static string List(IEnumerable<string> names)
    {
        var shown = names.Take(ListedMax + 1).Select(name => $"'{Cut(name)}'").ToList();
        return shown.Count <= ListedMax
            ? string.Join(", ", shown)
            : $"{string.Join(", ", shown.Take(ListedMax))} and so on (GET the schema for all)";
    }

    /// <summary>A value as it may be shown: at most 40 characters, however long or damaged it is.</summary>
    public static string Cut(ReadOnlySpan<byte> utf8) =>
        Cut(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, ValueLengthMax * 4 + 8)]));

    private static string Cut(string text)
    {
        if (text.Length <= ValueLengthMax)
            return text;
        var length = char.IsHighSurrogate(text[ValueLengthMax - 1]) ? ValueLengthMax - 1 : ValueLengthMax;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
