using System.Runtime.CompilerServices;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Oci;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry;

/// <summary>Files of packages, statements with the keys that check them, manifests, and what repositories have.</summary>
internal sealed class RegistryBlobs : IBlobNames
{
    public async IAsyncEnumerable<string> All(AssayDb db, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var files in db.ModelVersions.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => row.FilesJson).AsAsyncEnumerable().WithCancellation(cancel))
        {
            foreach (var file in JsonSerializer.Deserialize<List<PackageFile>>(files, AssayJson.Options)!)
                yield return file.Digest;
        }

        var statements = db.Attestations.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => new { row.Digest, row.BundleDigest, row.KeyHint });
        await foreach (var statement in statements.AsAsyncEnumerable().WithCancellation(cancel))
        {
            yield return statement.Digest;
            yield return statement.BundleDigest;
            yield return statement.KeyHint;   // a key is kept under its own digest
        }

        await foreach (var digest in db.OciManifests.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => row.Digest).AsAsyncEnumerable().WithCancellation(cancel))
            yield return digest;
        await foreach (var digest in db.OciBlobs.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => row.Digest).AsAsyncEnumerable().WithCancellation(cancel))
            yield return digest;
    }
}
