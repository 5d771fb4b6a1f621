using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs seal</c>.</summary>
internal static class ShowSeal
{
    private static readonly Argument<string> Run = RunVerbs.Named("Run to compare with its seal, by its id");

    public static Command Create()
    {
        var verb = new Verb(
            "seal",
            "Reads a run anew and compares it with its seal in the ledger; exit status 1 when they differ",
            "assay runs seal 8f14e45fceea4b5d9e2f0c1a7b3d6e90",
            "assay runs seal 8f14e45fceea4b5d9e2f0c1a7b3d6e90 --json").Connected();
        verb.Add(Run);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var seal = await session.Client.Runs.Seal(session.Parsed.GetRequiredValue(Run), cancel);
        if (session.Json)
            Screen.WriteJson(seal);
        else
            Show(seal);
        return seal.State == SealState.Broken ? 1 : 0;
    }

    private static void Show(SealSummary seal)
    {
        Screen.Line(seal.State switch
        {
            SealState.Open => "The run is not over: it has no seal yet.",
            SealState.Waiting => "The run is over, or was changed a moment ago; its seal follows within seconds.",
            SealState.Sealed => $"Sealed {Figures.Time(seal.SealedAt!.Value)}, and what the seal says.{(seal.Times > 1 ? $" It was changed after its end, and sealed {seal.Times} times." : "")}",
            _ => "The run was changed by other means than the API since it was sealed. 'assay ledger verify' shows whether other rows were, too.",
        });
        Screen.Line($"Content {seal.Digest}");
        if (seal.Seal is not null && seal.Seal != seal.Digest)
            Screen.Line($"Seal    {seal.Seal}");
    }
}
