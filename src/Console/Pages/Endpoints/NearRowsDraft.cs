using System.Globalization;
using System.Text.Json;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Models;

namespace Assay.Console.Pages.Endpoints;

/// <summary>What a reader allows to change, and wants to be predicted.</summary>
internal sealed class NearRowsDraft
{
    /// <summary>An input that may change either way.</summary>
    public const string Free = "free";

    /// <summary>A number that may only grow.</summary>
    public const string Up = "up";

    /// <summary>A number that may only shrink.</summary>
    public const string Down = "down";

    /// <summary>An input that stays as it is.</summary>
    public const string Fixed = "fixed";

    private readonly Dictionary<string, string> _ways = new(StringComparer.Ordinal);

    /// <summary>Predictions that are wanted: at least this; empty for no lower end.</summary>
    public string? Min { get; set; }

    /// <summary>Predictions that are wanted: less than this; empty for no upper end.</summary>
    public string? Below { get; set; }

    /// <summary>How many inputs may change at a time, 1 to 6.</summary>
    public int? ChangesMax { get; set; } = 4;

    /// <summary>How many rows at most, 1 to 10.</summary>
    public int? Count { get; set; } = 3;

    /// <summary>How an input may change.</summary>
    public string Of(string input) => _ways.GetValueOrDefault(input, Free);

    /// <summary>Says how an input may change.</summary>
    public void Set(string input, string? way) => _ways[input] = way ?? Free;

    /// <summary>The request; inputs that the model has no more are forgotten.</summary>
    /// <exception cref="FormatException">What is wanted can't be read, or a model of numbers is asked for nothing.</exception>
    public CounterfactualRequest Write(ModelSchema schema, JsonElement row)
    {
        var target = new PredictionRange(Number("at least", Min), Number("below", Below));
        if (target is { Min: null, Below: null } && schema.Task != ModelTask.Classification)
            throw new FormatException($"{schema.Label} is a number, which has no other side. Write at least how large it should be, or below what.");
        var inputs = schema.Inputs.Select(input => input.Name).ToList();
        return new(
            row,
            target is { Min: null, Below: null } ? null : target,
            [.. inputs.Where(input => Of(input) == Fixed)],
            inputs.Where(input => Of(input) is Up or Down).ToDictionary(input => input, input => new ChangeRule(Direction: Of(input) == Up ? ChangeDirection.Up : ChangeDirection.Down)),
            Count,
            ChangesMax);
    }

    private static double? Number(string what, string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : throw new FormatException($"'{text}' is not a number, and '{what}' needs one.");
}
