using System.CommandLine;
using Assay.Pipelines.Steps;

namespace Assay.Cli.Verbs;

/// <summary><c>assay step</c>: what the server runs as child processes. Hidden, since it is of no use by itself.</summary>
internal static class StepVerbs
{
    private static readonly Option<string> Input = new("--input") { Description = "Folder with request.json", HelpName = "DIR", Required = true };

    private static readonly Option<string> Output = new("--output") { Description = "Folder for the package and result.json", HelpName = "DIR", Required = true };

    public static Command Create()
    {
        var train = new Command("train", "Trains from folder to folder; ends when standard input closes") { Input, Output };
        train.SetAction(Handle);
        return new Command("step", "Carries out one step of a pipeline") { Hidden = true, Subcommands = { train } };
    }

    private static Task<int> Handle(ParseResult parsed, CancellationToken cancel) => StepCommand.Train(
        parsed.GetRequiredValue(Input), parsed.GetRequiredValue(Output), Console.OpenStandardInput(), Console.Out, Console.Error);
}
