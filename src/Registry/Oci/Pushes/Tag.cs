using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Registry.Models;
using Assay.Registry.Oci.Manifests;

namespace Assay.Registry.Oci.Pushes;

/// <summary>What a tag is here.</summary>
internal enum TagKind
{
    /// <summary>The number of a version: given by the registry, never moved.</summary>
    Number,

    /// <summary><c>latest</c>: the newest version, whichever that is.</summary>
    Latest,

    /// <summary>The name of a stage, into which a gate leads.</summary>
    Stage,

    /// <summary>A name that people choose.</summary>
    Alias,
}

/// <summary>A tag of a repository.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Lower case, as aliases are.</param>
/// <param name="Number">The version, for the number of one.</param>
internal sealed partial record Tag(TagKind Kind, string Name, int Number)
{
    private const int AliasLengthMax = 100;

    public static bool IsTag(string reference) => Form().IsMatch(reference);

    public static Tag Read(string reference)
    {
        if (!IsTag(reference))
            throw OciErrors.ManifestInvalid($"'{reference}' is no tag: 1 to 128 letters, digits, '.', '_' and '-', beginning with a letter, a digit or '_'.");
        var name = reference.ToLowerInvariant();
        if (reference.All(char.IsAsciiDigit))
        {
            return int.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && reference[0] != '0'
                ? new(TagKind.Number, name, number)
                : throw OciErrors.ManifestInvalid($"The tag '{reference}' reads like the number of a version and is none.");
        }

        if (name.EndsWith(ImageForm.Suffix, StringComparison.Ordinal))
            throw OciErrors.Denied($"'{reference}' means the container image of a version, which is made here. Choose a tag without '{ImageForm.Suffix}' at its end.");
        if (name.Length > AliasLengthMax)
            throw OciErrors.ManifestInvalid($"A tag becomes an alias of the version, which has at most {AliasLengthMax} characters.");
        return new(name == "latest" ? TagKind.Latest : Stage.Find(name) is not null ? TagKind.Stage : TagKind.Alias, name, 0);
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex Form();
}
