using System.Runtime.CompilerServices;
using Assay.Data.Datasets;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Data;

/// <summary>The files of datasets.</summary>
internal sealed class DatasetBlobs : IBlobNames
{
    public async IAsyncEnumerable<string> All(AssayDb db, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var digest in db.DatasetVersions.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => row.Digest).AsAsyncEnumerable().WithCancellation(cancel))
            yield return digest;
    }
}
