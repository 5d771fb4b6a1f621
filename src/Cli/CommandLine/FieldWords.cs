using System.CommandLine;
using System.Text.RegularExpressions;

namespace Assay.Cli.CommandLine;

/// <summary>
/// Says of a server's refusal, which names a field of the request by its path, the option that the field came from: the one
/// that was typed and is called like it, but for the unit or the bound at the end, or that the verb names for it.
/// </summary>
internal static partial class FieldWords
{
    private static readonly string[] Units = ["seconds", "milliseconds", "percent"];

    // What fields have at their end and options may not.
    private static readonly string[] Endings = ["", "-max", "-threshold", .. Units.Select(unit => $"-{unit}")];

    /// <summary>The sentence with options in the place of fields.</summary>
    public static string InOptions(string sentence, ParseResult parsed) => Written().Replace(
        Leading().Replace(sentence, found => OptionOf(found.Groups["path"].Value, parsed, parsed.Has) ?? found.Value),
        found => OptionOf(found.Value, parsed, static _ => true) ?? found.Value);

    private static string? OptionOf(string path, ParseResult parsed, Func<Option, bool> isMeant)
    {
        var names = Indices().Replace(path, "").Split('.').Select(Dashed).ToArray();
        var command = parsed.CommandResult.Command;
        if ((command as Verb)?.Fields.GetValueOrDefault(Indices().Replace(path, "")) is { } named)
            return named.Name + Unit(names[^1], named.Name);
        // 'window.rows' is --window-rows or --rows, whichever there is.
        foreach (var name in (string[])[string.Join('-', names.TakeLast(2)), names[^1]])
        {
            foreach (var ending in Endings)
            {
                var shortened = name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : "";
                if (command.Options.FirstOrDefault(option => option.Name == $"--{shortened}") is { } option && isMeant(option))
                    return option.Name + Unit(name, option.Name);
            }
        }

        return null;
    }

    // Bounds of a field are in its unit, which an option that doesn't have it in its name may have otherwise.
    private static string Unit(string field, string option) =>
        Array.Find(Units, unit => field.EndsWith($"-{unit}", StringComparison.Ordinal) && !option.EndsWith(unit, StringComparison.Ordinal)) is { } unit ? $", in {unit}," : "";

    private static string Dashed(string name) => Capitals().Replace(name, letter => $"-{letter.Value.ToLowerInvariant()}");

    // At the beginning of a sentence, where a field is at fault; what else is quoted may be somebody's name.
    [GeneratedRegex(@"(?<=^|\. )'(?<path>[a-z][A-Za-z0-9]*(\[\d+\])?(\.[a-z][A-Za-z0-9]*(\[\d+\])?)*)'")]
    private static partial Regex Leading();

    // As fields are spelt that have several words, and nothing else in a sentence is.
    [GeneratedRegex(@"(?<!['\w.])[a-z]+[A-Z]\w*(?!['\w])")]
    private static partial Regex Written();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Indices();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capitals();
}
