using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Registry;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model verify</c>: of a registered version by the server, of an exported folder right here.</summary>
internal static class VerifyModel
{
    private static readonly Argument<string> Model = new("model") { Description = "models:/NAME/VERSION, or an exported folder", HelpName = "models:/NAME/VERSION|DIR" };

    private static readonly Option<string?> PublicKey = new("--public-key")
    {
        Description = "PEM file of the key, or of several keys, that must have signed an exported folder. Default: the key in its signature's own bundle, which proves integrity but not origin",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var verb = new Verb(
            "verify",
            "Checks a version's signature and every file's digest; exits with 1 when one is wrong",
            "assay model verify models:/churn/Production",
            "assay model verify ./churn-3 --public-key signing-key.pub.pem").Connected();
        verb.Add(Model);
        verb.Add(PublicKey);
        verb.SetAction(Handle);
        return verb;
    }

    private static async Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var model = parsed.GetRequiredValue(Model);
        if (!ModelReference.IsOne(model))
        {
            if (!Directory.Exists(model))
                throw new CommandException($"There is no folder {model}; a registered version is written models:/NAME/VERSION.");
            var report = SignedFolder.Verify(model, parsed.GetValue(PublicKey) is { } file ? await SignedFolder.ReadKeys(file, cancel) : null);
            return Write(report, parsed.GetValue(VerbOptions.Json));
        }

        if (parsed.GetValue(PublicKey) is not null)
            throw new CommandException($"--public-key is for an exported folder, and registered versions are checked by the server with its own keys: 'assay model export {model} DIR', then verify DIR.");
        return await Session.Running(OnServer)(parsed, cancel);
    }

    private static async Task<int> OnServer(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        return Write(await session.Client.Models.Verify(reference.Name, reference.Version, cancel), session.Json);
    }

    private static int Write(SignatureReport report, bool json)
    {
        if (json)
            Screen.WriteJson(report);
        else if (report.Verified)
            Screen.Out.MarkupLine($"[green]✓[/] Signature and files are right. [grey]Root sha256:{Markup.Escape(report.RootDigest.Replace("sha256:", "", StringComparison.Ordinal))}[/]");
        else
            Screen.Out.MarkupLine($"[red]✗[/] {Markup.Escape(report.Problem ?? "The signature is wrong.")}");
        return report.Verified ? 0 : 1;
    }
}
