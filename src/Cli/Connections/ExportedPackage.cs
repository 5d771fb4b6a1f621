using Assay.Cli.CommandLine;
using Assay.Client;
using Assay.Registry;

namespace Assay.Cli.Connections;

/// <summary>The signed files of a version in a folder, verified there.</summary>
internal sealed record ExportedPackage(string Model, int Version, string Digest, string Folder, IReadOnlyList<string> Files)
{
    /// <summary>Downloads every file and verifies the folder as a stranger would, with nothing but what stands in it and the caller's own key.</summary>
    /// <param name="client">Asks the platform.</param>
    /// <param name="reference">The version.</param>
    /// <param name="folder">A new or empty folder.</param>
    /// <param name="publicKey">The key that must have signed it, as PEM; null for the one that comes with it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="CommandException">The folder holds something already, or the version does not exist or does not verify.</exception>
    public static async Task<ExportedPackage> Write(AssayClient client, ModelReference reference, string folder, string? publicKey, CancellationToken cancel)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new CommandException($"{folder} is not empty; name a new folder.");
        var detail = await client.Models.Find(reference.Name, reference.Version, cancel)
            ?? throw new CommandException($"There is no model version {reference}.");

        Directory.CreateDirectory(folder);
        foreach (var file in detail.Files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, file.Path));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new CommandException($"The package names a file outside itself, '{file.Path}'; it is not exported.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var destination = File.Create(path);
            await client.Models.Download(reference.Name, detail.Version.Version.ToString(), file.Path, destination, cancel);
        }

        var report = SignedFolder.Verify(folder, publicKey);
        if (!report.Verified)
            throw new CommandException($"{reference} does not verify: {report.Problem}");
        return new(reference.Name, detail.Version.Version, detail.Version.Digest, folder, [.. detail.Files.Select(file => file.Path)]);
    }
}
