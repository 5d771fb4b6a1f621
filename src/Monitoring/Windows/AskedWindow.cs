using Assay.Kernel.Refusals;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Windows;

/// <summary>The evaluated window that a request names, of the version that answers.</summary>
internal static class AskedWindow
{
    extension(IQueryable<EvaluatedWindow> windows)
    {
        /// <summary>Those of the version that answers at an endpoint.</summary>
        public IQueryable<EvaluatedWindow> Of(ServedEndpoint served) =>
            windows.AsNoTracking().Where(row => row.Endpoint == served.Name && row.Version == served.Version);

        /// <summary>The window of this id, the newest where none is named.</summary>
        /// <exception cref="Refusal">There is none.</exception>
        public async Task<EvaluatedWindow> Require(string? id, string endpoint, CancellationToken cancel) =>
            (id is null
                ? await windows.OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancel)
                : await windows.SingleOrDefaultAsync(row => row.Id == id, cancel))
            ?? throw Refusal.NotFound("evaluated window of the version that answers", id ?? endpoint);
    }
}
