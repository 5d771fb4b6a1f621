using System.Runtime.CompilerServices;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Serving.PredictionLog.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>The files of prediction logs, and the keys of their hashes.</summary>
internal sealed class PredictionBlobs : IBlobNames
{
    public async IAsyncEnumerable<string> All(AssayDb db, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var digest in db.PredictionFiles.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => row.Digest).AsAsyncEnumerable().WithCancellation(cancel))
            yield return digest;
        await foreach (var digest in db.LogPolicies.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => row.HashKey).AsAsyncEnumerable().WithCancellation(cancel))
            yield return digest;
    }
}
