using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Assay.Cli.CommandLine;

/// <summary>
/// Refuses what an option or argument can't take in words for people, before the library does by the types of the code; and
/// <c>NaN</c> and infinities, which are numbers to .NET and can't be sent as JSON.
/// </summary>
internal static class TypedValues
{
    // Verbs share options.
    private static readonly ConditionalWeakTable<Symbol, Kind> Known = [];

    /// <summary>Of a command and those within it.</summary>
    public static void Demand(Command command)
    {
        foreach (var option in command.Options)
        {
            if (Wanted(option.ValueType) is { } wanted && Known.TryAdd(option, wanted))
                option.Validators.Add(result => Check(result, option.Name, wanted));
        }

        foreach (var argument in command.Arguments)
        {
            if (Wanted(argument.ValueType) is { } wanted && Known.TryAdd(argument, wanted))
                argument.Validators.Add(result => Check(result, argument.HelpName ?? argument.Name, wanted));
        }

        foreach (var inner in command.Subcommands)
            Demand(inner);
    }

    private static Kind? Wanted(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(int))
            return new("a whole number", static word => int.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out _));
        if (type == typeof(long))
            return new("a whole number", static word => long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out _));
        if (type == typeof(double))
            return new("a number", static word => double.TryParse(word, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _));
        if (type == typeof(DateTimeOffset))
            return new("a time, such as 2026-11-26T10:00:00Z", static word => DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, out _));
        if (!type.IsEnum)
            return null;
        var names = Enum.GetNames(type);
        var shown = names.Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        return new(
            shown.Length == 1 ? shown[0] : $"{string.Join(", ", shown[..^1])} or {shown[^1]}",
            word => names.Contains(word, StringComparer.OrdinalIgnoreCase));
    }

    private static void Check(SymbolResult result, string name, Kind wanted)
    {
        foreach (var word in result.Tokens.Select(token => token.Value))
        {
            if (!wanted.Takes(word))
                result.AddError($"{name} takes {wanted.Words}, and not '{word}'.");
            else if (wanted.Words == "a number" && !double.IsFinite(double.Parse(word, CultureInfo.InvariantCulture)))
                result.AddError($"'{word}' is not a finite number.");
        }
    }

    private sealed record Kind(string Words, Func<string, bool> Takes);
}
