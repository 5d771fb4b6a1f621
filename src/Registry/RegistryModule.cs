using Assay.Data.Lineage;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Approvals;
using Assay.Registry.Attestations;
using Assay.Registry.Cards;
using Assay.Registry.Gates;
using Assay.Registry.Graphs;
using Assay.Registry.Mlflow;
using Assay.Registry.Mlflow.Versions;
using Assay.Registry.Mlflow.Webhooks;
using Assay.Registry.Models;
using Assay.Registry.Oci;
using Assay.Registry.Packages;
using Assay.Registry.Policies;
using Assay.Registry.Retention;
using Assay.Registry.Scans;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;
using Assay.Tracking;
using Assay.Tracking.Artifacts;

namespace Assay.Registry;

/// <summary>Models, their signed versions, and the gates between their stages.</summary>
public static class RegistryModule
{
    public static IServiceCollection AddRegistry(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(RegistryModule).Assembly))
        .AddScoped<IModels, ModelBook>()
        .AddSingleton<IWebhookFormat, MlflowWebhookFormat>()
        .AddScoped<EventReader>()
        .AddScoped<AttestationBook>()
        .AddScoped<IAttestations>(provider => provider.GetRequiredService<AttestationBook>())
        .AddScoped<RegistrationStatements>()
        .AddScoped<VerdictStatement>()
        .AddScoped<CardBook>()
        .AddScoped<CardWriter>()
        .AddScans()
        .AddWaivers()
        .AddScoped<VersionBook>()
        .AddScoped<RegistryBook>()
        .AddScoped<IArtifactRoot, RegistryArtifacts>()
        .AddScoped<SourceFiles>()
        .AddScoped<SourceMakers>()
        .AddScoped<SourceDoor>()
        .AddScoped<Registration>()
        .AddScoped<PackageWriter>()
        .AddScoped<PackageReader>()
        .AddScoped<Promotion>()
        .AddScoped<GateKeeper>()
        .AddScoped<GateTrial>()
        .AddScoped<GateExplainer>()
        .AddScoped<GateFindings>()
        .AddScoped<SignedEvaluation>()
        .AddScoped<ServedInputs>()
        .AddScoped<PolicyBook>()
        .AddScoped<PolicySeal>()
        .AddScoped<StageClearance>()
        .AddScoped<IClearance, Clearance>()
        .AddApprovals()
        .AddScoped<IGate, MetricGate>()
        .AddScoped<IGate, CompareGate>()
        .AddScoped<IGate, DataChecksGate>()
        .AddScoped<IGate, SignatureGate>()
        .AddScoped<IGate, FairnessGate>()
        .AddScoped<IGate, LatencyGate>()
        .AddScoped<IGate, AttestationsGate>()
        .AddSingleton<ReferenceLoad>()
        .AddOci()
        .AddScoped<RepositoryBlobs>()
        .AddSingleton<IBlobNames, RegistryBlobs>()
        .AddScoped<IRunKeeper, VersionSources>()
        .AddScoped<ILineageSource, LineageOfVersions>()
        .AddScoped<VersionSteps>()
        .AddRetention()
        .AddValidation();

    public static IEndpointRouteBuilder MapRegistry(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/api/v1/models").WithTags("Registry");
        ListModels.Map(models);
        ListVersions.Map(models);
        ListVersionsOfRun.Map(routes);
        ShowVersion.Map(models);
        RegisterGraph.Map(models);
        RegisterOnnx.Map(models);
        VerifyVersion.Map(models);
        DownloadFile.Map(models);
        PromoteVersion.Map(models);
        ListAttestations.Map(models);
        ShowAttestation.Map(models);
        ShowAttestationKey.Map(models);
        DownloadAttestations.Map(models);
        VerifyAttestations.Map(models);
        ShowCard.Map(models);
        WriteCard.Map(models);
        ShowBom.Map(models);
        CheckGate.Map(models);
        ShowScan.Map(models);
        ScanVersion.Map(models);

        ScanUpload.Map(routes.MapGroup("/api/v1/scans").WithTags("Registry"));
        ShowArtifact.Map(models);
        ExplainGate.Map(models);

        var policies = routes.MapGroup("/api/v1/policies").WithTags("Registry");
        ShowPolicy.Map(policies);
        PublishPolicy.Map(policies);
        ListPolicyVersions.Map(policies);

        routes.MapOci();
        MlflowRegistry.Map(routes);
        routes.MapApprovals(models);
        routes.MapWaivers(models);
        routes.MapRetention(models);
        return routes;
    }
}
