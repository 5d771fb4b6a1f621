using System.Globalization;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;

namespace Assay.Monitoring.Labels;

/// <summary>What a label means to a model: 1 for the positive class, 0 for the other one; of several classes a number made of the name; or the number.</summary>
internal sealed class LabelMeaning
{
    private const double NumberMax = 1e12;
    private const int ShownMax = 20;
    private readonly ModelSchema _schema;

    private LabelMeaning(ModelSchema schema) => _schema = schema;

    /// <exception cref="Refusal">The endpoint's model answers neither a class nor a number for each row, or none that the log keeps.</exception>
    public static LabelMeaning Of(string endpoint, ModelSchema? schema) =>
        schema is { Task: ModelTask.Classification, Classes.Count: 2 } or { Task: ModelTask.Regression } or { Task: ModelTask.Multiclass, Classes.Count: >= 2 }
            ? new(schema)
            : throw Refusal.Conflict(
                $"What '{endpoint}' answers is neither a number nor a class whose name is known for each row, so labels can't be compared with it. "
                + "Labels are for tables and for ONNX graphs that say what their classes are called (or have classes.json beside them, a JSON array of names); "
                + "of programs, servers elsewhere and graphs of models the log keeps no answers.");

    /// <summary>The label as text and as a number.</summary>
    /// <exception cref="Refusal">It is none of the classes, or no finite number.</exception>
    public (string Text, double Value) Read(JsonElement label, string field)
    {
        var text = label.ValueKind switch
        {
            JsonValueKind.String => label.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => label.GetRawText(),
            _ => throw Refusal.Invalid(field, $"A label is {Wanted}, and not {(label.ValueKind == JsonValueKind.Undefined ? "left out" : "null, an array or an object")}."),
        };
        return _schema.Task switch
        {
            ModelTask.Classification => Class(text, field),
            ModelTask.Multiclass => OneOfSeveral(text, field),
            _ => Number(text, field),
        };
    }

    private string Wanted => _schema.Classes switch
    {
        [var first, var second] => $"'{first}' or '{second}'",
        { } classes => $"one of '{string.Join("', '", classes.Take(ShownMax))}'{(classes.Count > ShownMax ? $" and {classes.Count - ShownMax} more" : "")}",
        null => "a finite number of at most 1e12",
    };

    private (string Text, double Value) OneOfSeveral(string text, string field)
    {
        var name = _schema.Classes!.FirstOrDefault(name => name == text) ?? _schema.Classes!.FirstOrDefault(name => IsSameNumber(name, text))
            ?? throw Refusal.Invalid(field, $"The model knows no class '{Short(text)}'. A label is {Wanted}.");
        return (name, ClassNumber.Of(name));
    }

    private (string Text, double Value) Class(string text, string field)
    {
        for (var place = 0; place < 2; place++)
        {
            if (_schema.Classes![place] == text || IsSameNumber(_schema.Classes[place], text))
                return (_schema.Classes[place], place);
        }

        // In a table of labels and on the command line a truth is a word, which Python writes with a capital.
        if (!bool.TryParse(text, out var truth))
            throw Refusal.Invalid(field, $"The model knows no class '{Short(text)}'. A label is {Wanted}.");
        var isFirst = bool.TryParse(_schema.Classes![0], out var first) ? first == truth : !truth;
        return isFirst ? (_schema.Classes[0], 0) : (_schema.Classes[1], 1);
    }

    private (string Text, double Value) Number(string text, string field) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && Math.Abs(number) <= NumberMax
            ? (number.ToString("R", CultureInfo.InvariantCulture), number)
            : throw Refusal.Invalid(field, $"'{Short(text)}' can't be a label here. It is {Wanted}.");

    // A table that went through another program may have 1.0 where the model learned 1.
    private static bool IsSameNumber(string one, string other) =>
        double.TryParse(one, NumberStyles.Float, CultureInfo.InvariantCulture, out var first)
        && double.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out var second)
        && first == second;

    private static string Short(string text) => text.Shortened(60);
}
