using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Client;
using Assay.Data;

namespace Assay.Cli.Verbs.Statistics;

/// <summary>
/// The two sides of a comparison: files right here, or versions of datasets, which are brought from the platform and deleted
/// afterwards. A server is asked only where a dataset is named.
/// </summary>
internal sealed class ComparedSides : IDisposable
{
    private const string Datasets = "datasets:/";

    private string? _folder;

    /// <summary>Path of the file that is taken as normal.</summary>
    public string Reference { get; private set; } = "";

    /// <summary>Path of the file that is judged.</summary>
    public string Current { get; private set; } = "";

    /// <exception cref="CommandException">There is no such dataset, or no server.</exception>
    public static async Task<ComparedSides> Find(ParseResult parsed, string reference, string current, CancellationToken cancel)
    {
        var sides = new ComparedSides { Reference = reference, Current = current };
        if (!IsDataset(reference) && !IsDataset(current))
            return sides;
        try
        {
            await Session.Running(async (session, stop) =>
            {
                sides.Reference = await sides.Bring(session.Client, reference, stop);
                sides.Current = await sides.Bring(session.Client, current, stop);
                return 0;
            })(parsed, cancel);
            return sides;
        }
        catch
        {
            sides.Dispose();
            throw;
        }
    }

    private static bool IsDataset(string side) => side.StartsWith(Datasets, StringComparison.Ordinal);

    private async Task<string> Bring(AssayClient client, string side, CancellationToken cancel)
    {
        if (!IsDataset(side))
            return side;
        var parts = side[Datasets.Length..].Split('/');
        int? version = parts is [_, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : null;
        if (parts is not ([{ Length: > 0 }] or [{ Length: > 0 }, "latest"]) && (parts is not [{ Length: > 0 }, _] || version is null))
            throw new CommandException($"{side} names no dataset; write datasets:/NAME, datasets:/NAME/latest or datasets:/NAME/VERSION.");
        var name = Uri.UnescapeDataString(parts[0]);
        var found = await client.Datasets.Find(name, version, cancel) ?? throw new CommandException($"There is no dataset {side}.");
        return await Bring(client, found.Version, cancel);
    }

    private async Task<string> Bring(AssayClient client, DatasetVersionSummary version, CancellationToken cancel)
    {
        _folder ??= Directory.CreateTempSubdirectory("assay-compare-").FullName;   // mode 0700
        var path = Path.Combine(_folder, $"{version.Dataset}-{version.Version}.{version.Format}");
        if (File.Exists(path))
            return path;   // both sides are the same version
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        await client.Datasets.Download(version.Dataset, version.Version, file, cancel);
        return path;
    }

    public void Dispose()
    {
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }
}
