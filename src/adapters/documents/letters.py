"""The letters beyond ASCII of each language, the more frequent first, and what stands beside them.

Of each: the letter, what stands before it, a slash, what stands after it; `_` is whatever is no letter. Counted in
the translations of the Universal Declaration of Human Rights and of the messages of free programs; letters without
neighbours are rarer than these texts show.
"""

from __future__ import annotations

WESTERN = (
    (
        "ét_drnpmlsigv/_recstpgmfld à_jl/_ ê_rmntu/tm ètricmlhvdsgf/rsmtqglndvc ôhrcptl/ltmn ùo/_ îao_/ntl â_rtlg/cg "
        "çnaer_/aou ûso/rt ïo_a/alc ëu/_ œ ü æ ÿ"
    ),  # French
    "üfrgk_tlwnmsd/rblsntchgfd_ ärtlwhsm_fgbn/nrhtcßlugfam ö_hkmlfvrstne/rfnsgßlcthp ßeuöaäo/etnl_iub é",  # German
    (
        "óisclrtnzmp_/n_dlmsr ártmv_lpeni/_nlscmrgtxuq ítlasr_cndfov/cnsafmd_tox úpngm_blyah/nbmsl_fat "
        "ét_miurpvhdlc/nrslt_cgd ñaei/ao üg/e"
    ),  # Spanish
    (
        "ãçnsirt/o_ çacinepur/ãõao ísavmcntl_rup/vdslcnftmrpg árvtsm_nipcjb/_rlvtgcxsqf é_utmvrfcslgb/_mrsdlicnt "
        "õçszitr/e ótmcspbrng_il/rdn_slpcmgtv à_/_s êtdirgclunv/nms_ úpn_eaimh/bmdlsn âtrnef_zlcvm/nm ôpv/rdsn ü"
    ),  # Portuguese
    "àtri/_ è_/_ òuir/_ ùitn/_ énhr/_ ìs/_ î ó",  # Italian
    (
        "óistma/_n ét_mrbc/s_ àrtvm_jisbepn/_rlcnmtgfdxq èmtrudic_gslü/nsr_tdcgxiv ílmta_rpcfsdv/nsl_ftcmdx "
        "úgnp_mj/_bmlsnt çnarpel/a_oò òmtrinbxpclsç/rd_nplsmc ïuaei/tsdunxlb ügq/eèi"
    ),  # Catalan
    (
        "ói_tsznpcfr/n_dsmrl ár_tmvipenz/_nlbicsrxmtp ísuatrlpndcñ_/bnsard_txfzm úsnpgm_liabhd/abnm_esldvf "
        "é_mtlcnhduvs/_nstrcdx ñoeia/eaoíi"
    ),  # Galician
    (
        "èd_rtylhinbpz/_rtmcslkvpxy âtyrpujdvnmhk/_ydbrvtlh êrphdylmfvtuj/_ryntdvlc òcptlmzrfn_ub/rntdgcpsl_ "
        "éfrtdphu_cmlj/r_njvcgdâs ô_yvhfstr/t_mc çainer/a_o ànrlvctykpsdf/_rsndc ítrsdngculmv/st_vn únsj/_sr "
        "óbjcn/srn"
    ),  # Occitan
    (
        "ádrtmvpinlsyc/_unslxirt óitxnlmrcbzp/n_dmls ítnframpclvds/cusenaotxfdb únpgm_btlay/nb_msfli "
        "éiu_mrtnhsdlc/nuls_rtcxd ñaeuoi/auoáie üg/eíé"
    ),  # Asturian
    (
        "âtnricldsevfm/t_lsifr ôslvdrtin_p/r_slt à_rl/_n ûntmfsldavbrc/trlcsf îtnarlsdufbvc/_tsflrcu "
        "çe_iarnlou/_asâu è_crm/_s êvhildcrjnm/_rstlf òpm/_ ìnlsdjturhfp/_se ùsnj/_"
    ),  # Friulian
    (
        "è_dlrswmtnvcz/st_nrycldmfg åm_nlrpchbtfv/dcr_ltyskvmz étnrfiu_wsyld/_nsrlmtjcpgz ûeoh_stdr/tr_zvypslmhk "
        "îhljynd_tpmvr/_brdshlt ô_sphcrvntmdl/trpcdyvmlz êrntflvdm_p/ytzsr_md ç_erån/om_ua âgipm/lyg"
    ),  # Walloon
    "ésdtgrmwnhzf_/inc_ ëmdn_wrgkthis/nstml_c ärslwhtz_fb/inrceatsl ö_/f êm/m üs/r ôh/m à_/_ è",  # Luxembourgish
    "é_éev/nég ïearu/nmse ëieol/lr_nixt óitvó/nór ám/n âa/y è ö ü ê",  # Dutch
    "êlrthed/er_ë ëeiêo/_rlngiét éiëm/_f ïe/gn ô û ö è á í",  # Afrikaans
    "û_srfjb/ngvt êkdwrfl/srzf âhtlr_k/ln ú_hrl/tsn ônmr/fvc ò_/f ëi/l ïi/n é ö ü",  # Frisian
    "ëbh/r_e ñ ü ç",  # Basque
    "ñaioek/_vsjù ùoñ/_ êli/rt â",  # Breton
    (
        "átnherl_sdmpg/i_nltsrdbcm ínalrhsdt_mfu/_otnlrcdsf éh_frdlcspnmt/ia_n úirh_tdnslcb/_nislrcdpb "
        "ónhr_cpsgmldf/_isrndgtlfc"
    ),  # Irish
    "à_lhnrpdbtces/irtsgmn_bd òchlespfrt_m/i_mrsnlgctd ìrnd_lhsmt/o_gnrtdca èhdr_ctnlgp/ia_ ùidh_crt/_trilsmbn é",  # Scottish Gaelic
    "ëtnprsjhqdk_m/_rsntmzvl ç_yaifoe/dfieuam_k",  # Albanian
    "ævrlfms_hnjtg/rnlsgtvfkdb øftnglhrds_bk/rgjdvsntlmbk åpmrnskg_thlf/_drelnbsv é_tvlrikcnd/rntd",  # Danish
    "å_pmngrtklfhb/_rltdnespvkb øfntjhrls_mdb/rkdyvtlsmn ævltnr_md/r é_td/nr ò ô",  # Norwegian
    "är_vlmthsngkj/nrtlgmksvd öf_thsrlgbknm/rvdskgnlmpj åmp_rhslgntvf/_tnlsgdrvekb éd/_",  # Swedish
    (
        "ðaieræóuýáöog/_auisvrflnþg á_rmjþlthbgfn/_ltnkðgrsaif þ_luðnsárfómi/ejaáývróúb_i í_rlvstndbmkp/_sknlfaðmtrá "
        "ój_tsgkdþrlpe/ðtl_krsmngvp ævrhtnlsgf_bm/ðgrtmnkfsljz ö_lmtjrgsfbhv/lrgnfðkpm_ érfshntáv/tlr_fý "
        "ýlþsnrbkdét/ðstnrljpúm ú_rnbþjhtklfs/_tasrnlimgfe"
    ),  # Icelandic
    (
        "ðiraæøóoyíá/_aiusrhfv ærj_lsbtmhfka/tlrðgnskmhvp í_vrsltp/_snktvlmðbug ø_vtfjsblmnrd/lrðkgmvdnt "
        "á_mrhjftsvb/l_takðsgvheb úr_bjhktl/gtnsarkð ójf_sdlmigr/ðmlntg ýlnsb/stgn"
    ),  # Faroese
    "ätäkmslvjpnhr/_änlyrimstvh ötylkönihr/n_stmlöykhip ém/n å",  # Finnish
)
CENTRAL = (
    (
        "łzauoewsdbgyk/o_aąueynężóc żaoe_uółiyądę/enyd_aąoslkc ąjłiznswdckżl/_cdztćżgpskź śoey_jwaęiu/clćwrn_ "
        "ęitjzlłbrndkw/_dpctkzłżśg órtkdpsłwgmjc/wrłżbdljctk ćayśiąeź/_ ńeaoyźiu/s_c źd_ayeąó/_nrmńćwld"
    ),  # Polish
    (
        "árnvlmzktdsři/nv_trdlzksmř ínřcmvjtlščpž/_mcsthknlčrv énkvrtmldph/_hmnkvtčl ýnvdbkrlmt/_cmtskršvzdb "
        "žaou_eyiěůnrm/edi_íánakuob ěnmvdtbp/_nldtřkžcsrm č_aeoíuúrnidé/eliní_akátou řpt_áoeěvaídi/eíiá_oasků "
        "švui_áyozaíeš/etíinluok_šť ůdmvknrtplčcs/_msvžlrčb ú_e/čtszrclpvkjž ňesolvauždtz/_auok ťašěhí/_ok ókmez/dn "
        "ďužěar/_oat"
    ),  # Czech
    (
        "árnmlztkvdish/v_cnrtlzksdm ýndvktrlhme/_cmksbšvlrzž č_aoúreiundä/ileaníuok_št énkrvtldmh/_hmr "
        "žoau_ôenryĺái/iedníka_uobš úsj_ntkľrdplv/_bctčdrzšksl ťaisyešúäz_ý/_ao ínrčžtšlpzscv/_svmktrpcnlš "
        "š_vuiáoynúzeý/etíinoaťp_uš ľe_ohkdaôšuzv/aunkb_úosv ômdvbpnr/žsvdľltz ňevorpta_ĺldž/o_ua ókltirngdz/dgnrp_v "
        "ämvpá/tťčzb ďeuž_atidv/_oateu ĺdtplho/žpňbľ ŕm/t"
    ),  # Slovak
    (
        "łpčěskhotbadi/oieaunkós_h ćsaieoěy_udó/_eiaoěwh žóeou_larmiyd/_dieankobču ěmwźršpblnć/dr_łlnćcmstč "
        "ókwtpmrhł/žjl_zdcčrćsn źdo/eěiarnb č_ueaiěžód/łi_eblaoch šw_uroypteńa/ikěneauotc ńoe/_tš j ř"
    ),  # Sorbian
    (
        "é_tmsvlkznrdg/srlngtkpbvdh átslzvm_grnjf/slgrntjmbzhv őltzdsnryvgkb/_tskldrzbfnv ótlzmibrdkjgn/_ldsktbjhazr "
        "ökzt_lbjgrhdm/zrnvtsldbkmg íslznkctgpdhb/trvmnplzgc ükrzslf_nybvt/lgkntrz_es ú_stihyzbglmp/jt_lsgzrc "
        "űmytbrkzvsnjg/k_vnzelrsjtm"
    ),  # Hungarian
    "č_oišaeuhnb/elian_jukr šoi_erkjuazvp/čtnikealoj žuor_ealid/eainbju",  # Slovene
    "č_iuaoe/lienkaouj_v šiaeuro_p/teiaklćn_v žraou_ei/aienbdu ćuepaoi_š/eiau_n đeaouri/ueia",  # Croatian
    "č_iuaoert/lienakuo_ š_iaeorupj/teakićnl_ žruaoe_id/aienbdu ćue_ioaš/eiau_no đeauorid/ueai",  # Serbian
    "ătcsnrlţzvmfp/_rţtsmcud ţaănci_pueorl/iăaeu ş_iearnă/itaeuon î_r/nm_ âcrmtvpfzsgn/ntrml",  # Romanian
)
TURKISH = (
    (
        "ısnrdlktşymğç/_nrlşkmyzsğd şieı_aruoüh/_ltaıimekbvu üthr_lmdsgbyn/rn_mltzksyvc çi_eartuküs/iea_ıoblmuöt "
        "ğeaiuıoöü/ieıurlam_s ö_gbdsykçşz/nrzğlsgtyhk âlkh/nkl_ î û"
    ),  # Turkish
    (
        "êytnwrpklfbvh/_nrkşwdtmfgy îrktbndyvwhsm/_nrsktşmdlbh û_bmndçqtrskş/_nyrmcqk ş_êeiîawxjkor/ae_tkbîivêdy "
        "ç_reibaûê/eaûiêdo"
    ),  # Kurdish
)
BALTIC = (
    (
        "ėnldtsmbrvkgp/s_jmtlrvž ši_eakryuė/ikat_ovrmeys ųitmjnlksršgv/_js ąmtjsglikrnbv/_jrlžs "
        "ž_dauieąmtoėį/miyv_aeodrįt į_nrltjždkegs/_svrgjdtkžp ęsnvbtkmlr/_s ūbtkrgidcj/trsdpkmzš čniaešrous_ė/i_e"
    ),  # Lithuanian
    (
        "āntkrjpmlbvsd/_srdtclmkjpš īrstlzndvcš_b/btgvdm_ksšjp ēvmltrpdszbnc/rtjl_kgmšcsļ š_oaekāīēugiņ/aiuīķoā_crpē "
        "ņietapzļod/aueāiošē ļkaeētu_oiā/auūiīo_āšņ ūbtļlrsgšjdkp/tdrskcnvšl_ ķšrioņ_k/iēaeāu_ ģi_epžēog/iēeah "
        "žeuadi_nā/oīaāuiģ_e čl_cnīu/uade"
    ),  # Latvian
    (
        "õv_kmpstnlair/intrhlupe ävämtkjpn_lsh/riälhestbnm ü_sütlkrphnau/hlükmdspnrb_ öötpäm/ö_tprdsglkü ždel/iae "
        "št_a/ie"
    ),  # Estonian
)
SOUTH = (
    "ĉ_iorn/ieuado_ ŭa/_tealigkndrz ĝi_neaourl/ioeau ŝ_alourenid/atleomui ĵa_r/oaeu ĥriea/ianm_",  # Esperanto
    "ħg_laeobitħsm/aueiotrh_dlħ żia_uħjnże/_legaouwvimd ġ_ieġrjmaw/i_juneaġgd àt/_ ċoeianmr_/jiea ùt/_",  # Maltese
)
WELSH = (
    "â_hdrm/_lnmu ô_r/l ŵrsibfl/pnrel át/u ïp/o_ ër/aw ŷl/n ãr/_ ê î û",  # Welsh
)
CYRILLIC = (
    (
        "онв_птркглсдб/_влсбдгртмнй енрвмчдитлжщп/_нтрлскмдгйе и_нлтрцдимвск/_мяетнслизчй арнвктздлмпч_/_нтвлкрзжмсц "
        "не_аиньовжздт/иоаеын_тусдя тсаеио_ыкнчуэ/ьо_авеирсунк с_оеиатьвуснр/тояпвкелиус_ в_оатсиезымяд/оае_ыилнскру "
        "рпе_отабигдкв/аеоиуж_ыснгм лоеаидвс_кбйп/иьоеяажюн_уы д_оежуаинздюя/еоаилыун_рсд п_соуаеиыпмд/роеауилп_ны "
        "к_еасоивутьбд/ао_илтурцсен миео_аызурмяв/е_оиауыявнмь у_ртсднмплкбв/_дспютщчжекр яислаьомн_рзе/_тенщвздмхюя "
        "ынвбдмртзслцп/_йхмтевлпбрс ьтлснмщ/_нсязкютши бо_аиуеызмлюж/оыерлщуъкиха з_аиоьеяуюны/аонмв_дуыялр "
        "йыоеиау/_лстнкд ч_иаеюуолсжня/еиантлк_ё гое_ируазяг/ориалу_недмг жаолеру_икд/дениабчк "
        "хыиабе_рясову/_ориеасну юилуаоьеян_/_чщтдбзр цаиок_енбьупр/ие_аывоук щбуюаяеион/еиауьё "
        "шореиьа_сыувч/еиакн_олёрут ф_инофэеутар/аоиеуфрлт"
    ),  # Russian
    (
        "онквпр_гдтбмл/_врбгсмджнзк анрвтзмк_длчг/_нтвлбрєцсмз н_наеиьжоідвз/аонеяиіуть_с итвнрдмчлкспш/_нмсйхтквлрп "
        "в_оауіситзеюм/аиоі_нелсдук і_нвцпрмлтдск/_двнлсйтїкам тса_иутінокею/иаоьруеітявн енрплдтмчжбвш/н_ркздсжмлтв "
        "рпео_такибгіу/аоеиіуя_тжгн с_оиіаеьвуднк/тявопіуниьл_ д_іоюеауявзни/оинае_ілукст п_созаиуедмв/роеіауил_н "
        "ла_іодкивйеус/ьюояаеіи_ку к_яеиоаьідвлс/оаил_уіртцсе у_бтрнсмкдвпл/_втсдлпмєрчк м_оиаеіузярєб/а_оиіеувкнпб "
        "ян_лстріицд/_кдтмнзхвлг з_оаеіияун/ан_пвміодубл бо_азиіеюдмуж/оуе_ілраихмс ьлтсндц/_нскотш "
        "гоа_реізяиун/оаіриунл_ем ч_аоюуеиівжмр/иеаніуол_к юлонаіцуєртю_/_дчтвбєюр жое_драіувияї/неаиу_лібдоч "
        "йиіа_еїоу/_лнсотдм хиаіїбя_реовс/_іоитуанве ца_окиенспіяу/іеиюьята єа_уіюоят/_тмюдквїнс їіо_їаеє/_їхнйж "
        "ш_ноіируьеазп/еилуіоктна_в ф_ионеуа/аіоеуртлм щ_киіуоа/оеау"
    ),  # Ukrainian
    (
        "анрв_кптмдчлз/_вднлрцбсмге н_аньеідўзэжы/аеыняіотуь_с ынрвтцчбждшмл/_мякхцнслтзі рпа_етгкяоыіу/аыоэут_сжнгм "
        "і_нлкцмвсзыпг/_нкцсмчхяврд енавлмзпсбцуя/_нркцмсйджал к_аыяеісдуэьт/аоі_улрснт ва_сотўзіыуяд/аыеіояу "
        "ладуокўы_эйяс/аьіяе_юоукыё с_аыіеуўонкэд/тацвкяпіуенл да_оуяеіўнюэз/азлн_укыжэсо ян_лыасівмзцп/_кўгнрдлцмшв "
        "окбтрнвглмхдп/_дўжлврнсгбй п_асуыоядем/ареуіояклын_ тса_эрншыкуўе/аыоруэв_кн цацсыеі_яюунь/ьцыаіяеоёутэ "
        "ма_ыіеузяэдор/а_еіояылуэнк у_кбртднсгвлп/_лдспкюмртвц з_даыеуяіоўю/аен_віямьклр ў_оаяыіё/_нлвсдткзчжм "
        "ба_оыюуеэзміж/оауы_елрняіх ьцлнзс/_нкцшмтсдб ч_аюішгыеуяўэ/аыэнквл_уо га_яоірыуэзне/аорэуічлн_е "
        "эртчгд_жмцшнк/нтклсрмйчдбг йаеоыэяёі_/_лнскмтдшгцб хыаі_ябусрэ/_оатуінев жодеі_ураўэя/наыэ_обчкву "
        "ш_аняіыьуеорй/тчыал_уэркнм юлауныцяіс_/_чцбсдзрт ф_ыаэнуеірс/аіеотру"
    ),  # Belarusian
    (
        "анрвдтзкмл_чг/_нтвзклрцсдй ентрвсдлм_ижч/_нктдслрзжмг и_нлрвтдкцсзч/_тязмелнчрск отн_впкрмдчбл/_твбдсрлнжйм "
        "н_еалиотвдчзя/аеио_тсдя тсаоие_янкърй/оае_вирнътку в_аотсзяикбду/аоеи_съняркл рп_тоъаиебгкд/аеиояуж_тснг "
        "с_оевиаунйкръ/теъив_калпон д_оеъжаинзудт/аеиоъ_нрвулс леиаокчсъ_йгб/иенао_яюзусж к_еаисочшвутз/аои_лтвърсуе "
        "п_осзаеуъимд/роаиъелуцсн_ з_иаеъолв/ави_нопдбгре м_иеоаъруязвт/еаои_уянъпб бо_яазуеимъд/еоръщвилахус "
        "ъсдвбткпрлм/рдлтзмщвпсок ч_июуоаезрсъ/еолаинкрв_ яирлвонсмдтец/_твбнмклрщхс у_рдглкбтмпез/с_врчпбнглкм "
        "г_оеиарзуянъл/роалиунв_е жоера_улиъ/едаинвк_б ца_иоепнкур/иеавя_ йоаеи/лсн_ткев щбаъие_уяо/еоиау_ "
        "х_безрвиаяоду/онра_иуве ф_инеоау/аоиетрлу_ шеир_уаозсн/киенавр_"
    ),  # Bulgarian
    (
        "антрвдкзјмлаж/_твнњлкмрацп отвк_нпрслмдб/_тдвсрјлбнпг етрнсдњмл_вбќ/_нкдтмлсргпш и_нлртцвдбсчк/_ткнмјсдрвлз "
        "н_еаидолвсзчт/аиео_тусдцк тасоие_шнкр/а_еоиврунс рпо_аидтевгбк/аеиожу_здмсн в_оуатикзесдр/аоеирн_учјкл "
        "с_оиеаукнтјрп/теоликнпуав_ д_оеианрдузј/аеон_ирумвдл ке_иасочшлнвп/оаирувлс_тен ласоеи_чкгбзу/иеоану_кжтс "
        "п_оасеиутм/роаеишусклч_ м_еиаоудрвсз/еао_ијубпкнс у_тлркндвжчсѓ/в_счрнбгмпжѓ з_иаоер/анбов_иелудр "
        "јои_аемвбл/а_ќседнотувг б_оазуемжди/оиералувјн ч_иаоуевпн/илеонука_ г_оеиуарзјн/орлиа_уне њаеи/еа "
        "цао_иенскрп/иеа_ору жора_еули/аиеунб ш_еапируод/тикае_ун ќ_јеа/еиао"
    ),  # Macedonian
    (
        "арнвдтмкзлњјс/_вкнњртјздмл о_кнпвртлмбдг/_двсјргбмтнп и_нтлрвцдбчкј/_мсјтвклзнчх ерјнвтмњдсбкл/_ндкмрњлзтсђ "
        "н_аедивосзучт/аиое_устд рпоад_твеикгб/аеиоуж_шсгнв с_оиаеундркпљ/твалекунпим_ ваос_итезкдру/аоеирнљу_л "
        "у_јтрскндгљпв/_јпчндмстгћж тсаиш_оеунклр/иаеовру_нкпс д_оеаунизр/аернио_усвбњ к_аеисошучтљн/оауер_илљтсв "
        "п_уосаетим/роауиешцснлт ми_оеаусзг/_аеоиуљбнп лисеча_огкзуб/иаоенут_с јои_аубде/еау_иовтнкњ "
        "з_аиеоур/анив_булоедр б_оезадумиж/оиеарулнјљ_ го_еураидзн/_руолианемњз ч_иуаоернт/лиенакуо_ "
        "њае_идшжјоугк/еауио шеаио_рупљ/текаићњљ_н циа_поекснр/иеау_р љвоек_мишбапн/уеаинкс_шо жруоа_еи/аиенбњу "
        "хи_аруепсто/_оваитуерн ћуе_шиао/еиау_он ђеаоури/еуаио"
    ),  # Serbian
)
GREEK = (
    (
        "α_κντιμίρπλσθ/_ιντρπςσίλκμ ε_μτχσλδπθνκρ/ιί_ρντπλςσυξ ιαεδορτπγνλμσ/_κασονδςμάετ οτπρ_νκλμιδίγ/υ_ινύςρπσμγλ "
        "τ_σαενηάυόκοι/οηαειωήράόέυ να_εωέηυοίώιό/_αοετωιηόθάί ραεποθτχγκηυή/οιαίεέγχηάθό σ_ιαηοείυάέωή/τηευμαίικφωο "
        "κ_ιαεσηήγοίάέ/αοήόεάτρλέηώ ητσ_ρνλμδξκψθ/_ςνσμτρκθλγ π_αεουμέωώόίά/ορεαιόλάτίηω μ_ωσηοαιυόμεώ/αεέοιόπηάμίή "
        "ςηαοεήιυέόίωύ/_ υοσ_εαδτρκθφλ/_νπστςθμρλξγ ίεαρσοδλτμνγ_/α_νωσοδτςζεκ λεαλοάπό_κιέυ/εολαιηήέίάώμ "
        "δ_ιαίονεάόωκσ/ιεοηίυήαρύέω έ_μρθλκγτνπχι/νχςπσλγτρθκο ήκτ_λγμδνθρφχ/_ςρσκτμπνψλθ άκ_ρτινμπβφλγ/_τλνσθρμζκξγ "
        "γ_οραεέγυάιωό/ιρεαήέοίνκμγ όκ_πμρντισλζχ/_τνλμςσπρδκγ θ_αρυνάεύιοηέ/εραένομήηυύώ ωτίνρσιε_χπγζ/νμσςρτπ_γήδθ "
        "χέ_ροιυσαεγόά/εροώωιαήίνέη ύοεσρτλδθφξνκ/_νθσοτςμρπλε φασ_μοεκιέράυ/αάοήιερυέωθί ώιρνκχλτ_θμγσ/νρμσπςτδ_οκγ "
        "ξεαυάέω_ιίρή/ηαιεοάύτέόωί β_μοαιεσράυόί/αάορλιήηέίεό ζίά_αιέεό/εοωόίηήαιώ"
    ),  # Greek
)
HEBREW = (
    (
        "ינאל_יותשרבחע/_תםוינהרלשןף ו_יראבמנכתשחפ/ת_לבנירמדהאן ה_ליונרמשדזבק/_מחאוירתכגשד ל_שכויבעאלפחג/_יאהולבמתפקש "
        "תוי_אנהמלרבפש/_יומןקחהנרפם א_לוהכימברנשז/_יודתלרמחשנה ב_וליחרעהקצשכ/ויר_לעחמנתאד רויבהדכ_פחשאע/ו_יהבשתמפךכצ "
        "מ_הוילתבארשסע/ויקהשתאנדעצפ ש_ימקהורלפאבנ/לי_והרנמתבפא נוי_מבהשגאכקפ/יוהתגלטשאדקכ כ_זהוירבמלנתש/לואריבדנתשחז "
        "דאוי_מהחבכגלנ/ם_יורהעתמבפק ע_בסמהליופדשט/י_לוםרבהמשדת ח_הויבלאמתפרט/יו_ברדלסהשתמ םידעול_התאשנכ/_י "
        "פ_ולהירמסשאתד/וירתשלחנעסגד קמ_יולהתבנרדא/ו_ישרבהנלצפט ס_יוהמפחארלבנ/עוי_מפהרתטלנ ז_הבוראמלכחיג/כוה_ריאמנעקל "
        "גו_הנאירשפלמב/ו_ירנלדבשמזן ןויתמ_הכגנאפח/_יפות טל_בירנמהוסקפ/יו_רעחלנבמפן צ_הומריקעבלנח/ויבראפעמהגל_ "
        "ךורמיכל_נתסא/_רמש ףיוסתאקר/_ ץבור_מיצחע/_בו"
    ),  # Hebrew
)
ARABIC = (
    (
        "ا_ملورسذكيعهب/ل_نتدمرسءعفئ لا_علومكإسيخب/م_احتألكيىعإ يف_رلمستوبأدغ/_ةمانرتهعحدس مل_ايتعجدهأوس/ا_يةنلتسعورج "
        "و_ألقدمتنراكص/ا_لنقيدرمبفح ت_السمنيحجفعر/_معرهيحوانخق ناوميعأ_لإتبك/_اتسيصدوهمةق رايتحفعومل_بش/_ايةدضوبستفج "
        "ةيدمرلع_جحقنط/_ ع_لتاميبأوإضق/ل_انميرةتدوض داحور_لنقيخعأ/_ةويامردخجله ف_لاموترصسدين/ي_راتقلةعذسو "
        "قحول_ايتفرنمع/_اويدةرلتعطب حل_تايموبأصنف/قرد_اتمةيوجل سا_منأليتروكف/اتي_لمرطوبفة ب_لاورجتسطنكق/ا_يرلعنكودحه "
        "أ_لتورطبج/ونيسمعد_حخفل هت_لينذمبرجاد/_اذموديرةن ك_لايمبرتأونح/ال_ورنيمسبتة ج_لمايورتدحنإ/مترة_اوبهدلن "
        "إ_لوف/نلذعدسربجيمخ صخن_التومأيحب/_ورليافحدنةب خشلت_ادأآميإو/صالدتطروزيفة ذهإل_افعكوآغح/اهيل_ةجرت "
        "طلخابسقويم_تع/_راةيبلونأعف ش_ليانبؤمفوتح/خراتعي_ةلمغج ضراولع_تفيقبن/_مايعبرهغطدى ىلورنقضتصدعهط/_ "
        "زيولج_اتمنحخأ/_يروامهندعءح غ_تلايرضأبنوش/يار_ةوطلبنذ ءاريزود/_ةا ثلمؤياأبتد_عح/ا_رلنقبويةم "
        "ئاديرفز/ميلةهرفاقجنص"
    ),  # Arabic
    (
        "ا_ربدموهنسلکز/ن_ردزمسلشبعت د_ناروشحبهزقد/_هارونگسمد را_دبوهپگکفشت/_ادونهفسکمشت نا_وکمآردتشزه/_داموهگتشسجق "
        "و_رمنشختدقصاب/_ادنرقمسجلزع هد_کنبارتملظس/_ارمندوب م_انهتوعزدرلج/_اولنتهعقرحس ت_ساشمنفخجبحع/_وامهرصنبخفع "
        "ب_اتسرنهجلزوق/اره_عدوشتلمط ک_شرماتوچلدنب/هنا_سرلشمتود ش_انبکرمپوزتق/دو_تارکنخمهئ ساک_نورمدتبحپ/تا_ربهوعطنلم "
        "لامعکول_خبقصئ/_الهمحتبقنوف قحو_ماعنفترلب/_اوعدرطلتشصب زاآ_ورجبگمنلف/_اندمشبهروگک ع_امبتقوفضرسد/_لمانقتدهضرب "
        "ح_ماتلفوبرنصط/قادتم_رهسلکظ خ_اتشرمبنسذدآ/واصتطلهر_شذد ف_اترصهلدنخحق/رات_ظعقهحضشک ج_انومرتب/ارتو_مهدزبسن "
        "گ_ندرمپتچبوزه/را_وذزنشلس پ_اچس/راشن_سوذگده صتخ_اونقرعح/و_فلادرهمح آ_ب/نزمورخدبثغ طخ_قباسومضنل/_اورهلبحعتق "
        "چ_رمنو/_هناکسپوگم ضرعاوتفق_/ا_عرمودط ظفنت_احو/هرا_ملو"
    ),  # Persian
)
