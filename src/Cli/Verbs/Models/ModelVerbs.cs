using System.CommandLine;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model</c>.</summary>
internal static class ModelVerbs
{
    public static Command Create()
    {
        var command = new Command("model", "Models: signed versions, their gate and their packages")
        {
            ListModels.Create(),
            ListVersions.Create(),
            ShowModel.Create(),
            VerifyModel.Create(),
            ScanModel.Create(),
            PromoteModel.Create(),
            ExportModel.Create(),
            RegisterModel.Create(),
            RegisterGraph.Create(),
            ShowRetention.Create(),
            DeleteModel.Create(),
            ShowAttestations.Create(),
            ShowCard.Create(),
            ShowBom.Create(),
        };
        command.Aliases.Add("models");
        return command;
    }

    /// <summary>An argument that names a version.</summary>
    public static Argument<string> Version(string description) => new("model") { Description = description, HelpName = "models:/NAME/VERSION" };
}
