using Assay.Cli.CommandLine;

namespace Assay.Cli.Connections;

/// <summary>A version of a model as people name it: <c>models:/NAME/VERSION</c>, <c>models:/NAME@ALIAS</c>, or without <c>models:/</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">Number, alias or stage.</param>
internal sealed record ModelReference(string Name, string Version)
{
    private const string Scheme = "models:/";

    public static bool IsOne(string text) => text.StartsWith(Scheme, StringComparison.Ordinal);

    /// <param name="text">What was typed.</param>
    /// <param name="otherwise">Version to take when none is named; null to insist on one.</param>
    public static ModelReference Parse(string text, string? otherwise = null)
    {
        var path = IsOne(text) ? text[Scheme.Length..].TrimStart('/') : text;
        var parts = path.Split(['/', '@'], 2);
        return parts switch
        {
            [{ Length: > 0 } name, { Length: > 0 } version] => new(name, version),
            [{ Length: > 0 } name] when otherwise is not null => new(name, otherwise),
            _ => throw new CommandException($"'{text}' names no model version; write models:/NAME/VERSION, where VERSION is a number, an alias or a stage."),
        };
    }

    public override string ToString() => $"{Scheme}{Name}/{Version}";
}
