using System.Net;
using Assay.Cli.CommandLine;
using Assay.Cli.Output;
using Assay.Client;
using Assay.Data;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>Stage 1: the file becomes an immutable dataset version with profile and checks.</summary>
internal static class AddTable
{
    public static Task<DatasetVersionDetail> Run(Trip trip, CancellationToken cancel) => trip.Board.Run("data", async doing =>
    {
        doing("profile and checks");
        var added = await Add(trip, cancel);
        CheckLabel(trip, added);
        var version = added.Version;
        var synthetic = version.Synthetic ? ", synthetic" : "";
        return (added, $"{version.Dataset} version {version.Version}: {Figures.Number(version.Rows)} rows, {version.Columns} columns{synthetic}; "
            + $"{version.ChecksPassed} checks passed, {version.ChecksFailed} failed");
    });

    private static async Task<DatasetVersionDetail> Add(Trip trip, CancellationToken cancel)
    {
        try
        {
            await using var content = trip.Source.File.Open();
            return await trip.Client.Datasets.Add(trip.Name, content, trip.Source.File.Format, trip.Source.IsSynthetic, cancel);
        }
        catch (AssayException refusal) when (refusal.Status == HttpStatusCode.BadRequest)
        {
            throw new CommandException($"{trip.Options.Data}: {refusal.Message}", refusal);
        }
    }

    private static void CheckLabel(Trip trip, DatasetVersionDetail added)
    {
        const int NamesShown = 20;
        var label = added.Profile.FirstOrDefault(column => column.Name == trip.Source.Label);
        if (label is null)
        {
            var names = string.Join(", ", added.Profile.Take(NamesShown).Select(column => column.Name));
            var more = added.Profile.Count > NamesShown ? ", …" : "";
            throw new CommandException($"{trip.Options.Data} has no column '{trip.Source.Label}' to learn; it has {names}{more}.");
        }

        if (label.Distinct < 2)
            throw new CommandException(label.Count == 0
                ? $"The label '{label.Name}' of {trip.Options.Data} has no value in any row, so there is nothing to learn."
                : $"The label '{label.Name}' of {trip.Options.Data} has the same value in every row, so there is nothing to learn.");
    }
}
