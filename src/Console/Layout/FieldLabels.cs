using System.Text.RegularExpressions;

namespace Assay.Console.Layout;

/// <summary>
/// What a form calls the fields of the request that it sends: the form is labelled by it, and a refusal, in which the API names
/// its own fields, is told in the same words.
/// </summary>
/// <param name="labels">By the field's path at its end, without the places of lists: <c>steps[].weightPercent</c>; <c>{0}</c> in a label stands for the place, from 1.</param>
public sealed partial class FieldLabels(IReadOnlyDictionary<string, string> labels)
{
    /// <summary>The label of a field.</summary>
    public string this[string field] => labels[field];

    /// <summary>The label of a field of a list's entry, whose place is counted from 0.</summary>
    public string this[string field, int place] => Numbered(labels[field], place);

    /// <summary>These, and others.</summary>
    public FieldLabels With(FieldLabels others) => new(labels.Concat(others.All).ToDictionary());

    private IReadOnlyDictionary<string, string> All => labels;

    /// <summary>The label of what a path of the API leads to; null where the form has no such field.</summary>
    public string? Find(string path)
    {
        var plain = Place().Replace(path, "[]");
        var found = labels.Keys.Where(field => plain == field || plain.EndsWith("." + field, StringComparison.Ordinal)).MaxBy(field => field.Length);
        if (found is null)
            return null;
        return Place().Matches(path) is [.., var last] ? this[found, int.Parse(last.Groups["place"].Value, System.Globalization.CultureInfo.InvariantCulture)] : labels[found];
    }

    /// <summary>A sentence of the API with labels in the place of fields: where it says what one must be, what to send, or a name that is no other word.</summary>
    public string Say(string sentence) => Named().Replace(sentence, name =>
        Find(name.Groups["quoted"] is { Success: true, Value: var quoted } ? quoted : name.Value) is { } label ? $"“{label}”" : name.Value);

    private static string Numbered(string label, int place) =>
        label.Replace("{0}", (place + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    [GeneratedRegex(@"\[(?<place>\d+)\]")]
    private static partial Regex Place();

    [GeneratedRegex(@"'(?<quoted>[A-Za-z][\w.\[\]]*)'(?= (must be|is missing|has at)\b)|(?<=\bSend )[a-z]+|\b[a-z]+[A-Z]\w*")]
    private static partial Regex Named();
}
