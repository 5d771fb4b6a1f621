using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Experiments;

/// <summary><c>assay experiments create</c>.</summary>
internal static class CreateExperiment
{
    private static readonly Argument<string> Name = new("name") { Description = "Its name, which no other experiment of the project has", HelpName = "NAME" };

    public static Command Create()
    {
        var verb = new Verb("create", "Makes an experiment", "assay experiments create churn", "assay experiments create churn --json").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        session.Write(await session.Client.Experiments.Add(session.Parsed.GetRequiredValue(Name), cancel), ShowExperiment.Show);
        return 0;
    }
}
