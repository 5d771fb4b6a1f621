using Assay.Kernel;
using Assay.Registry.Approvals;
using Assay.Registry.Attestations;
using Assay.Registry.Cards;
using Assay.Registry.Gates;
using Assay.Registry.Models;
using Assay.Registry.Policies;
using Assay.Registry.Scans;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry;

internal static class RegistryTables
{
    extension(AssayDb db)
    {
        public DbSet<RegisteredModel> Models => db.Set<RegisteredModel>();

        public DbSet<ModelVersion> ModelVersions => db.Set<ModelVersion>();

        public DbSet<ModelAlias> ModelAliases => db.Set<ModelAlias>();

        public DbSet<Attestation> Attestations => db.Set<Attestation>();

        public DbSet<Card> Cards => db.Set<Card>();

        public DbSet<ModelScan> ModelScans => db.Set<ModelScan>();

        public DbSet<KeptVerdict> Verdicts => db.Set<KeptVerdict>();

        public DbSet<StagePolicy> StagePolicies => db.Set<StagePolicy>();

        public DbSet<PolicyVersion> PolicyVersions => db.Set<PolicyVersion>();

        public DbSet<ApprovalRequest> ApprovalRequests => db.Set<ApprovalRequest>();

        public DbSet<RequestComment> RequestComments => db.Set<RequestComment>();

        public DbSet<Delegation> Delegations => db.Set<Delegation>();

        public DbSet<BrokenGlass> BrokenGlass => db.Set<BrokenGlass>();
    }
}
