using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model bom</c>.</summary>
internal static class ShowBom
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version whose bill of materials is shown");

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Writes it there instead of showing it", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Verb(
            "bom",
            "Shows a version's bill of materials, CycloneDX 1.6 in JSON: what was signed with the card, else a draft",
            "assay model bom models:/churn/Production",
            "assay model bom models:/churn/3 --output churn-3.cdx.json").Connected();
        verb.Add(Model);
        verb.Add(Output);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (name, version) = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        await TextFile.WriteOrShow(session.Parsed.GetValue(Output), await session.Client.Papers.Bom(name, version, cancel), cancel);
        return 0;
    }
}
