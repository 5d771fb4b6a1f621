using System.Text.RegularExpressions;

namespace Assay.Registry.Oci.Pulls;

/// <summary>What names a model in a registry: <c>oci://HOST[:PORT]/NAME[:TAG|@sha256:…]</c>.</summary>
/// <param name="Registry">Host, and port where there is one.</param>
/// <param name="Repository">Name of the repository.</param>
/// <param name="Reference">Tag or digest.</param>
internal sealed partial record OciReference(string Registry, string Repository, string Reference)
{
    public const string Scheme = "oci://";

    /// <summary>Its last part, by which the model is called.</summary>
    public string Model => Repository[(Repository.LastIndexOf('/') + 1)..];

    public static bool IsOne(string word) => word.StartsWith(Scheme, StringComparison.Ordinal);

    /// <exception cref="InvalidDataException">It has another form.</exception>
    public static OciReference Parse(string word) => Form().Match(word) is { Success: true } match
        ? new(match.Groups["registry"].Value, match.Groups["name"].Value, match.Groups["reference"].Value is { Length: > 0 } reference ? reference : "latest")
        : throw new InvalidDataException($"'{word}' is no address of a model in a registry: write oci://HOST[:PORT]/NAME:TAG or …@sha256:….");

    public override string ToString() => $"{Scheme}{Registry}/{Repository}{(Reference.StartsWith("sha256:", StringComparison.Ordinal) ? "@" : ":")}{Reference}";

    [GeneratedRegex(@"^oci://(?<registry>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?|\[[0-9a-fA-F:]{2,45}\](?::[0-9]{1,5})?)/(?<name>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<reference>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})|@(?<reference>sha256:[0-9a-f]{64}))?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
