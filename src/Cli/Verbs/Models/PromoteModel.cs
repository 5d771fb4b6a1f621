using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model promote</c>.</summary>
internal static class PromoteModel
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version to promote");

    private static readonly Option<string> Stage = new("--stage") { Description = "Stage to move to", HelpName = "STAGE", DefaultValueFactory = _ => "Production" };

    public static Command Create()
    {
        var verb = new Verb(
            "promote",
            "Moves a version to a stage when it passes the gate; exits with 1 when it does not",
            "assay model promote models:/churn/2",
            "assay model promote models:/churn/2 --stage Staging --json").Connected();
        verb.Add(Model);
        verb.Add(Stage);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var verdict = await session.Client.Models.Promote(reference.Name, reference.Version, session.Parsed.GetRequiredValue(Stage), cancel);
        session.Write(verdict, TrainingText.Show);
        return verdict.Passed ? 0 : 1;
    }
}
