using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking;

/// <summary>MLflow's rules for the names of parameters, metrics and tags, so that whatever is kept here can be read by its clients.</summary>
internal static class Names
{
    public const int LengthMax = 250;

    private const string Characters =
        "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";

    /// <summary>Whether clients can read it back: a relative path that has one form only, of a limited length.</summary>
    public static bool IsSound(string name) => name.Length is > 0 and <= LengthMax && HasSoundLetters(name) && IsPath(name);

    /// <exception cref="ArgumentException">It is not sound.</exception>
    public static void Check(string key)
    {
        if (!IsSound(key))
        {
            throw new ArgumentException(
                $"'{key}' can't be the name of a parameter, metric or tag: 1 to {LengthMax} letters, digits, spaces or _ - . : /, "
                + "written as a relative path.",
                nameof(key));
        }
    }

    /// <exception cref="ArgumentException">It is too long.</exception>
    public static string CheckValue(string key, string value, int lengthMax) => value.Length <= lengthMax
        ? value
        : throw new ArgumentException($"The value of '{key}' has {value.Length} characters; at most {lengthMax} are kept.", nameof(value));

    /// <summary>Refuses a client's name that is not sound.</summary>
    /// <param name="name">What the client sent.</param>
    /// <param name="kind">Such as <c>metric</c>, for the message.</param>
    /// <param name="path">Where in the request it stands.</param>
    /// <exception cref="Refusal">400, in the words that clients look for.</exception>
    public static string Demand(string? name, string kind, string path = "name")
    {
        if (string.IsNullOrEmpty(name))
            throw MlflowError.Invalid($"Missing value for required parameter '{path}'. A {kind} name cannot be None or empty. A key name must be provided.");
        if (!HasSoundLetters(name))
            throw MlflowError.Invalid($"Invalid value {Quoted(name)} for parameter '{path}' supplied: Invalid {kind} name: '{name}'. {Characters}");
        if (!IsPath(name))
        {
            throw MlflowError.Invalid(
                $"Invalid value {Quoted(name)} for parameter '{path}' supplied: Names may be treated as files in certain cases, and must not resolve to other names "
                + $"when treated as such. This name would resolve to another than '{name}'");
        }

        return DemandLength(name, LengthMax, $"{char.ToUpperInvariant(kind[0])}{kind[1..]} name", path);
    }

    /// <summary>Refuses a text that is longer than what is kept.</summary>
    public static string DemandLength(string value, int lengthMax, string what, string path) => value.Length <= lengthMax
        ? value
        : throw MlflowError.Invalid(
            $"'{path}' exceeds the maximum length of {lengthMax} characters. {what} '{value[..Math.Min(value.Length, LengthMax)]}' had length {value.Length}, which exceeded length limit of {lengthMax}");

    /// <summary>A value as it is kept: what is past the limit is cut off, as clients expect by default.</summary>
    public static string Cut(string? value, int lengthMax) => value is null ? "" : value.Length <= lengthMax ? value : value[..Whole(value, lengthMax)];

    // Half of a surrogate pair is no text.
    private static int Whole(string value, int length) => char.IsHighSurrogate(value[length - 1]) ? length - 1 : length;

    // As in JSON, which is how clients look for it.
    private static string Quoted(string name) => $"\"{JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static bool HasSoundLetters(string name)
    {
        foreach (var letter in name)
        {
            if (!char.IsLetterOrDigit(letter) && letter is not ('_' or '-' or '.' or '/' or ' ' or ':'))
                return false;
        }

        return true;
    }

    private static bool IsPath(string name)
    {
        foreach (var part in name.AsSpan().Split('/'))
        {
            if (name.AsSpan(part) is "" or "." or "..")
                return false;
        }

        return true;
    }
}
